import { describe, expect, it } from "vitest";
import { findChromium, printPdf } from "../../src/reports/index.js";
import { mistake } from "../support/errors.js";
import { hasChromium } from "./browser.js";
import { renderFolder } from "./world.js";

describe("findChromium", () => {
  it("says what to do where there is none", async () => {
    const none = await mistake(() => findChromium({ PATH: "/nowhere" }));
    expect(none.describe()).toBe(
      "a PDF is printed by Chromium, and none was found\n  Install Chromium or Chrome, or set CHROMIUM to its path.",
    );
    const wrong = await mistake(() => findChromium({ CHROMIUM: "/nowhere/chromium" }));
    expect(wrong.message).toBe("CHROMIUM: there is no program /nowhere/chromium");
  });

  it("says when what it found prints nothing", async () => {
    const { message } = await mistake(printPdf("<p>", "2026-11-20", "/bin/false"));
    expect(message).toMatch(/^\/bin\/false printed no PDF: /);
  });
});

describe.skipIf(!hasChromium)("printPdf", () => {
  it("prints A4 that says the date of the data, not of the clock", async () => {
    const { pages } = await renderFolder("test/reports/input/quiet");
    const pdf = (await printPdf(pages.en.html, "2026-11-20")).toString("latin1");
    expect(pdf.slice(0, 5)).toBe("%PDF-");
    expect(pdf).toMatch(/\/MediaBox \[0 0 594\.9\d* 841\.9\d*\]/);
    expect(pdf.match(/\/(CreationDate|ModDate) \(D:\d{14}/g)).toEqual([
      "/CreationDate (D:20261120000000",
      "/ModDate (D:20261120000000",
    ]);
  });
});
