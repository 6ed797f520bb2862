import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildRuntime } from "../../build-runtime.js";
import { clean } from "../../src/reports/html.js";
import {
  locales,
  type Locale,
  type QueryResult,
  type Rendered,
  type Runtime,
} from "../../src/reports/index.js";
import { axeViolations, hasChromium, launch, overflow, visit } from "./browser.js";
import { hostileStrings } from "./hostile.js";
import { renderFolder, renderText } from "./world.js";

const views = locales.flatMap((locale) => [1280, 360].map((width) => ({ locale, width })));

describe.skipIf(!hasChromium)("a report in Chromium", () => {
  let browser: Browser;
  let pages: Record<Locale, Rendered>;
  let live: Record<Locale, Rendered>;

  beforeAll(async () => {
    browser = await launch();
    ({ pages } = await renderFolder("test/reports/input/demo"));
    ({ pages: live } = await renderFolder("test/reports/input/demo", await buildRuntime()));
  }, 60_000);
  afterAll(() => browser.close());

  it.each(views)(
    "is quiet, fits and is accessible at $width px in $locale",
    async ({ locale, width }) => {
      const misdeeds = await visit(
        browser,
        pages[locale].html,
        { width, colorScheme: "dark" },
        async (page) => {
          expect(await overflow(page)).toBeLessThanOrEqual(0);
          await page.evaluate(() =>
            document.querySelectorAll("details").forEach((details) => (details.open = true)),
          );
          expect(await overflow(page)).toBeLessThanOrEqual(0);
          expect(await axeViolations(page)).toEqual([]);
        },
      );
      expect(misdeeds).toEqual([]);
    },
    60_000,
  );

  it.each(views)(
    "is complete without scripts at $width px in $locale",
    async ({ locale, width }) => {
      const misdeeds = await visit(browser, pages[locale].html, { width, scripts: false }, async (page) => {
        expect(await page.locator("figure svg[role=img]:visible").count()).toBe(3);
        expect(await page.getByText("182").first().isVisible()).toBe(true);
        await page.locator("figure.chart summary").first().click();
        expect(await page.locator("figure.chart table").first().isVisible()).toBe(true);
      });
      expect(misdeeds).toEqual([]);
    },
    60_000,
  );

  it.each(views)(
    "comes to life with scripts at $width px in $locale, under its own policy",
    async ({ locale, width }) => {
      const { html } = live[locale];
      expect(Buffer.byteLength(html)).toBeLessThan(1_000_000);
      const misdeeds = await visit(browser, html, { width }, async (page) => {
        const chart = page.locator("figure.chart").first();
        await chart.scrollIntoViewIfNeeded();
        const bar = chart.locator(".mark-rect path:visible").first();
        await bar.hover();
        const tip = page.locator(".tip:visible");
        await tip.waitFor();
        expect(await tip.innerText()).toContain(locale === "it" ? "Costo 182.400\u00a0€" : "Cost €182,400");
        expect(await page.locator("figure.chart svg[role=img]:visible").count()).toBe(3);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        await page.keyboard.press("Escape");
        expect(await axeViolations(page)).toEqual([]);
      });
      expect(misdeeds).toEqual([]);
    },
    60_000,
  );

  it("draws a live chart where the still one stood", async () => {
    const labels = (page: Page) =>
      page
        .locator("figure.chart .wide")
        .first()
        .locator("text")
        .evaluateAll((texts) =>
          texts.map((text) => `${text.textContent} at ${Math.round(text.getBoundingClientRect().x)}`),
        );
    let still: string[] = [];
    await visit(browser, pages.en.html, { width: 1280 }, async (page) => void (still = await labels(page)));
    await visit(browser, live.en.html, { width: 1280 }, async (page) => {
      await page.locator("figure.chart").first().scrollIntoViewIfNeeded();
      await page.locator("figure.chart .wide .mark-rect").first().waitFor();
      expect(await labels(page)).toEqual(still);
    });
  }, 60_000);

  it("dims what the pointer does not select", async () => {
    const misdeeds = await visit(browser, live.en.html, { width: 1280 }, async (page) => {
      const chart = page.locator("figure.chart").nth(2);
      await chart.scrollIntoViewIfNeeded();
      const points = chart.locator(".wide .mark-symbol path");
      await points.first().hover();
      await expect
        .poll(() => points.evaluateAll((all) => all.map((point) => point.getAttribute("opacity"))))
        .toEqual(["1", "0.4", "0.4"]);
    });
    expect(misdeeds).toEqual([]);
  }, 60_000);

  it("prints to A4 with its charts", async () => {
    await visit(browser, pages.en.html, { width: 1280 }, async (page) => {
      await page.emulateMedia({ media: "print" });
      expect(await page.locator("figure svg[role=img]:visible").count()).toBe(3);
      expect(await page.locator("summary:visible").count()).toBe(0);
      const pdf = await page.pdf({ format: "A4" });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    });
  }, 60_000);
});

describe("hostile text", () => {
  const notebook = `---
title: { en: "Report {{ words.text }}", it: "Rapporto {{ words.text }}" }
description: { en: "{{ words.text }}", it: "{{ words.text }}" }
---
\`\`\`sql words
select 1
\`\`\`
::: en
# {{ words.text }}
:::
::: it
# {{ words.text }}
:::
::: each words
::: en
- *{{ words.text }}* [a](#{{ words.text }}) \`{{ words.text }}\`
:::
::: it
- {{ words.text }}
:::
:::
\`\`\`table words
title: { en: "{{ words.text }}", it: "{{ words.text }}" }
columns: [{ field: text, label: { en: Text, it: Testo } }]
rows: 1000
\`\`\`
\`\`\`metrics words
tiles: [{ value: text, label: { en: "{{ words.text }}", it: "{{ words.text }}" } }]
\`\`\`
\`\`\`vega-lite
data: words
alt: { en: "{{ words.text }}", it: "{{ words.text }}" }
height: { step: 12 }
encoding:
  x: { field: n }
  y: { field: text, sort: null }
  fill: { field: text, legend: null }
mark: bar
\`\`\`
`;
  const words: QueryResult = {
    columns: [
      { name: "text", type: "VARCHAR" },
      { name: "n", type: "DOUBLE" },
      ...hostileStrings.slice(0, 20).map((name) => ({ name, type: "VARCHAR" })),
    ],
    rows: hostileStrings.map((text, n) => [text, n, ...hostileStrings.slice(0, 20)]),
  };
  const render = (locale: Locale, runtime?: Runtime) =>
    renderText(notebook, new Map([["words", words]]), locale, runtime);

  it("is planted in more than 500 ways", () => {
    expect(new Set(hostileStrings).size).toBeGreaterThanOrEqual(500);
  });

  it("becomes no element, attribute or address of the page", async () => {
    const { html } = await render("en");
    const bare = html.replace(/"[^"]*"/g, "");
    const tags = new Set([...bare.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, tag]) => tag));
    for (const tag of ["script", "img", "iframe", "math", "animate", "image"])
      expect(tags).not.toContain(tag);
    expect(bare.match(/<[^>]*\son\w+=/g)).toBeNull();
    expect(html.match(/\shref="[^"]*"/g)).toEqual([' href="data:,"']);
    for (const hidden of ["\u202e", "\u202c", "\u200b", "\u0000"]) expect(html).not.toContain(hidden);
  });

  it.skipIf(!hasChromium).each([
    { locale: "en", width: 1280 },
    { locale: "it", width: 360 },
  ] as const)(
    "runs nothing, asks for nothing, shows as text and fits at $width px in $locale, scripts on and off",
    async ({ locale, width }) => {
      const { html } = await render(locale, await buildRuntime());
      const browser = await launch();
      try {
        for (const scripts of [true, false]) {
          const misdeeds = await visit(browser, html, { width, scripts }, async (page) => {
            const hit = await page.evaluate(() => "hit" in window || document.title === "hit");
            expect(hit).toBe(false);
            expect(await overflow(page)).toBeLessThanOrEqual(0);
            const shown = await page.locator("figure.table tbody th").allTextContents();
            expect(shown).toEqual(hostileStrings.map(clean));
            const listed = new Set(await page.locator("main > ul li bdi:first-of-type").allTextContents());
            expect(hostileStrings.every((text) => listed.has(clean(text)))).toBe(true);
            expect(await page.locator("main a").count()).toBe(0);
            if (scripts) {
              await page.locator("figure.chart").scrollIntoViewIfNeeded();
              const bar = page.locator("figure.chart .mark-rect path:visible").nth(44);
              await bar.hover({ force: true });
              expect(await page.locator(".tip").innerText()).toContain(hostileStrings[45]);
            }
          });
          expect(misdeeds).toEqual([]);
        }
      } finally {
        await browser.close();
      }
    },
    60_000,
  );
});
