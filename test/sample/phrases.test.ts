import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.js";
import { parsePhrases, readPhrases } from "../../src/sample/phrases.js";
import { shelves, slots } from "../../src/sample/shelves.js";

const own = readFileSync("data/phrases.yaml", "utf8");

describe("a phrase bank", () => {
  it("stands for every combination of its choices", () => {
    const bank = parsePhrases(withFirstPhrase("en", "leaving", "[bye|ciao], [you|all]"), "bank.yaml");
    expect(bank.get("en/leaving")?.[0]).toEqual(["bye, you", "bye, all", "ciao, you", "ciao, all"]);
  });

  it("keeps blanks at either end where they are marked", async () => {
    const bank = await readPhrases("data/phrases.yaml");
    expect(bank.get("en/joiner/but")?.flat()).toContain(", but ");
  });

  it("may lack the shelves that have something plainer to fall back on", () => {
    const lacking = withoutBlocks(/^ {2}(recommending|sarcasm|question|employee|competitor):/);
    expect([...parsePhrases(lacking, "bank.yaml").keys()].sort()).toEqual(
      shelves
        .filter(({ isRequired }) => isRequired)
        .map(({ path }) => path.join("/"))
        .sort(),
    );
  });

  it("may put a phrase on the line of its shelf", () => {
    const text = withoutBlocks(/^ {2}aside:/).replace(/^en:/m, "  aside: per {the_thing}\nen:\n  aside: so");
    expect(complaint(text)).toMatch(new RegExp(`^bank.yaml:${lineOf(text, "{the_thing}")}: `));
  });
});

describe("a broken phrase bank is refused with its place and what to do:", () => {
  it("an unknown slot", () => {
    const text = withFirstPhrase("en", "leaving", "{the_prodct} was my last");
    expect(complaint(text)).toBe(
      `bank.yaml:${lineOf(text, "{the_prodct}")}: unknown slot {the_prodct} in: {the_prodct} was my last\n  Did you mean 'the_product'?`,
    );
  });

  it("a missing shelf", () => {
    const text = withoutBlocks(/^ {2}leaving:/);
    expect(complaint(text)).toBe(
      [
        "bank.yaml:3:3: 'leaving' is missing in it\n  Add it: expected a block of phrases, one a line.",
        `bank.yaml:${lineOf(text, "en:") + 1}:3: 'leaving' is missing in en\n  Add it: expected a block of phrases, one a line.`,
      ].join("\n"),
    );
  });

  it("a missing language", () => {
    expect(complaint(own.slice(0, own.indexOf("\nen:")))).toMatch(/^bank.yaml:2:1: 'en' is missing\n/);
  });

  it("a misspelt shelf", () => {
    const text = own.replace("  billing:", "  biling:");
    expect(complaint(text)).toBe(
      `bank.yaml:${lineOf(text, "biling:")}:3: unknown name 'biling' in it\n  Did you mean 'billing'?`,
    );
  });

  it("a list where a block of phrases belongs, and an empty block", () => {
    const list = own.replace(/ {2}leaving: \|\n( {4}.*\n)+/, "  leaving:\n    - bye\n");
    expect(complaint(list)).toMatch(/it\.leaving: expected a block of phrases, one a line/);
    expect(complaint(withFirstPhrase("en", "leaving", "", { alone: true }))).toMatch(
      /en\.leaving: expected at least one phrase/,
    );
  });

  it.each(["[never|again", "never|again", "a {name", "[one [or|two]|three]", "so}"])(
    "a bracket out of place: %s",
    (phrase) => {
      const text = withFirstPhrase("en", "leaving", phrase);
      expect(complaint(text)).toMatch(
        new RegExp(
          `^bank.yaml:${lineOf(text, phrase)}: a stray . in: .*\n  Write choices as \\[one\\|other\\]`,
        ),
      );
    },
  );

  it("a phrase with choices without end", () => {
    const text = withFirstPhrase("en", "leaving", "[a|b|c|d|e|f|g|h|i|j]".repeat(3));
    expect(complaint(text)).toMatch(/at most 500 wordings of a phrase, found 1000.*\n {2}Spread its choices/);
  });

  it("several mistakes in one go", () => {
    const text = withFirstPhrase("en", "leaving", "{here}\n    {there}");
    expect(complaint(text).match(/unknown slot/g)).toHaveLength(2);
  });

  it("broken YAML, and a file that is not there", async () => {
    expect(complaint("it:\n  leaving: [")).toMatch(/^bank.yaml:2:\d+: YAML: /);
    await expect(readPhrases("nowhere.yaml")).rejects.toThrow(/Expected a phrase bank/);
  });
});

describe("docs/sample-world.md", () => {
  const docs = readFileSync("docs/sample-world.md", "utf8");

  it.each(slots.map((slot) => `{${slot}}`))("explains the slot %s", (slot) => {
    expect(docs).toContain(`\`${slot}\``);
  });

  it("names every shelf of the code", () => {
    const names = new Set(shelves.flatMap(({ path }) => path));
    for (const name of names) expect(docs, name).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

/** What a person is told about a bank; the empty string where it is accepted. */
function complaint(text: string): string {
  try {
    parsePhrases(text, "bank.yaml");
    return "";
  } catch (error) {
    if (error instanceof UserError) return error.describe();
    throw error;
  }
}

function lineOf(text: string, found: string): number {
  return text.split("\n").findIndex((line) => line.includes(found)) + 1;
}

/** The program's own bank with a phrase before the others of a shelf, or instead of them. */
function withFirstPhrase(language: string, shelf: string, phrase: string, { alone = false } = {}): string {
  const [before, after] = [own.indexOf(`\n${language}:`), `\n  ${shelf}: |\n`];
  const start = own.indexOf(after, before) + after.length;
  const rest = alone ? own.slice(start).replace(/^( {4}.*\n)+/, "") : own.slice(start);
  return `${own.slice(0, start)}    ${phrase}\n${rest}`;
}

/** The program's own bank without the blocks that start with a matching line. */
function withoutBlocks(start: RegExp): string {
  let isDropped = false;
  return own
    .split("\n")
    .filter((line) => {
      if (/^ {0,2}\S/.test(line)) isDropped = start.test(line);
      return !isDropped;
    })
    .join("\n");
}
