import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parsePhrases, readPhrases } from "../../src/sample/phrases.js";

const own = "data/phrases.yaml";

describe("a phrase bank", () => {
  it("stands for every combination of its choices", async () => {
    const text = await changed("never again|I am done with you|that was my last order", "bye|ciao");
    const [first] = parsePhrases(text, "bank.yaml").get("en/leaving") ?? [];
    expect(first).toEqual(["bye", "ciao"]);
  });

  it("keeps blanks at either end where they are marked", async () => {
    const bank = await readPhrases(own);
    expect(bank.get("en/joiner/but")?.flat()).toContain(", but ");
  });

  it("refuses an unknown slot, with its place", async () => {
    const text = await changed("{the_product} for {amount} euros is a", "{the_thing} is a");
    expect(() => parsePhrases(text, "bank.yaml")).toThrow(/the_thing/);
    const line = text.split("\n").findIndex((phrase) => phrase.includes("{the_thing}")) + 1;
    expect(() => parsePhrases(text, "bank.yaml")).toThrow(
      expect.objectContaining({ place: { file: "bank.yaml", line } }),
    );
  });

  it("refuses a bank without a shelf that messages need", () => {
    expect(() => parsePhrases("it:\n  leaving: addio\n", "bank.yaml")).toThrow(
      /it\/delivery\/negative\/general/,
    );
  });

  it("refuses broken YAML and a missing file", async () => {
    expect(() => parsePhrases("it: [", "bank.yaml")).toThrow(/YAML/);
    await expect(readPhrases("nowhere.yaml")).rejects.toThrow(/phrase bank/);
  });
});

async function changed(found: string, replacement: string): Promise<string> {
  const text = await readFile(own, "utf8");
  expect(text).toContain(found);
  return text.replace(found, replacement);
}
