import { beforeAll, describe, expect, it } from "vitest";
import { readPhrases, type PhraseBank } from "../../src/sample/phrases.js";
import { shelves } from "../../src/sample/shelves.js";
import { makeWorld, minutes } from "./world.js";

const files = { own: "data/phrases.yaml", other: "test/sample/other-phrases.yaml" };

const namesSomething =
  /\{(the_product|of_product|product|store|carrier|days|minutes|amount|day|order|name)\}/;

describe.each(Object.entries(files))("the phrases of the %s bank", (_, file) => {
  let bank: PhraseBank;
  beforeAll(async () => {
    bank = await readPhrases(file);
  });

  it("fill every shelf that a bank must have", () => {
    const required = shelves.filter(({ isRequired }) => isRequired).map(({ path }) => path.join("/"));
    expect(required.filter((shelf) => !bank.has(shelf))).toEqual([]);
  });

  it("are as many in English as in Italian, shelf by shelf", () => {
    for (const [shelf, phrases] of bank) {
      const english = bank.get(shelf.replace(/^it/, "en"));
      expect(english?.length, shelf).toBeGreaterThanOrEqual(Math.floor(0.75 * phrases.length));
    }
    expect(new Set([...bank.keys()].map((shelf) => shelf.slice(3))).size).toBe(bank.size / 2);
  });

  it("name a thing, time, place, person, amount or order where they are specific, and none where general", () => {
    const general =
      /\/general$|\/(leaving|recommending|hype|smear|troll|aside)$|\/(sarcasm|joiner|rival|closing)\//;
    for (const [shelf, phrases] of bank) {
      for (const wording of phrases.flat()) {
        if (shelf.endsWith("/specific")) expect(wording, shelf).toMatch(namesSomething);
        if (general.test(shelf)) expect(wording, shelf).not.toMatch(namesSomething);
      }
    }
  });

  it("leave articles and prepositions to the slots that bring their own", () => {
    const wrong = {
      it: [
        /\b(di|a|ad|da|del|dal|al|in|con|il) \{day\}/,
        /\b(di|a|in|su|del|al|della|il|lo|la|un|una|l'|un') ?\{(the|of)_product\}/,
        /\b(i|gli|dei|degli|ai|agli|nei|sui) \{(amount|days|minutes)\}/,
      ],
      en: [
        /\b(to|on|from|by|until|of|for|at|since) \{day\}/,
        /\b(the|an?) \{(the|of)_product\}|\bof \{of_product\}/,
        /\ban? \{(amount|days|minutes|product)\}/,
        /\{(o|it|w|w_e|o_name)\}/,
      ],
    };
    for (const [shelf, phrases] of bank) {
      for (const wording of phrases.flat()) {
        for (const mistake of wrong[shelf.startsWith("it") ? "it" : "en"]) {
          expect(wording, shelf).not.toMatch(mistake);
        }
      }
    }
  });

  it("begin small, do not end in a full stop and have no blank too many, so that they can be strung together", () => {
    for (const [shelf, phrases] of bank) {
      if (shelf.includes("/joiner/")) continue;
      for (const wording of phrases.flat()) {
        expect(wording, shelf).not.toMatch(/^\s|\s$|\s\s|[^.]\.$|^[A-ZÀ-Ú](?!I? |')/);
      }
    }
  });

  it("say what is by what is not in one of eight", () => {
    const all = (language: string) => [...bank].filter(([shelf]) => shelf.startsWith(language));
    const bodies = (language: string) =>
      all(language).flatMap(([shelf, phrases]) => (/(general|specific)$/.test(shelf) ? phrases.flat() : []));
    const share = (phrases: string[], pattern: RegExp) =>
      phrases.filter((phrase) => pattern.test(phrase)).length / phrases.length;
    expect(share(bodies("it"), /\b(non|mai|nessun\w*|senza|niente|neanche|nemmeno)\b/)).toBeGreaterThan(0.12);
    expect(share(bodies("en"), /\b(not|never|no|nobody|without|nothing|none)\b/)).toBeGreaterThan(0.12);
  });
});

describe("the bank kept for testing", () => {
  let own: PhraseBank;
  let other: PhraseBank;
  beforeAll(async () => {
    [own, other] = await Promise.all([readPhrases(files.own), readPhrases(files.other)]);
  });

  it("has the same shelves and at least half as many phrases", () => {
    expect([...other.keys()].sort()).toEqual([...own.keys()].sort());
    expect(phraseCount(other)).toBeGreaterThan(phraseCount(own) / 2);
  });

  it(
    "makes a world by --phrases that has no other words",
    async () => {
      const world = await makeWorld({ customers: 150, months: 6, phrases: files.other });
      const plain = (text: string) => text.toLowerCase().replace(/[.!\u2026]+$/, "");
      const texts = (await world.rows("select text from feedback")).flatMap(({ text }) =>
        typeof text === "string" ? [plain(text)] : [],
      );
      await world.close();
      const saying = (bank: PhraseBank) => {
        const said = new Set(sentences(bank).map(plain));
        return texts.filter((text) => said.has(text)).length;
      };
      expect(saying(other)).toBeGreaterThan(texts.length / 20);
      expect(saying(own)).toBe(0);
    },
    minutes,
  );

  it("says no sentence that the program's own bank says", () => {
    const said = new Set(sentences(own));
    expect(sentences(other).filter((sentence) => said.has(sentence))).toEqual([]);
  });

  it("shares hardly any four words in a row with it", () => {
    const known = new Set(sentences(own).flatMap(fourGrams));
    const grams = [...new Set(sentences(other).flatMap(fourGrams))];
    const shared = grams.filter((gram) => known.has(gram));
    expect(shared.length / grams.length).toBeLessThan(0.01);
  });
});

function phraseCount(bank: PhraseBank): number {
  return [...bank.values()].reduce((sum, phrases) => sum + phrases.length, 0);
}

function sentences(bank: PhraseBank): string[] {
  return [...bank].flatMap(([shelf, phrases]) => (shelf.includes("/joiner/") ? [] : phrases.flat()));
}

function fourGrams(sentence: string): string[] {
  const words = sentence.toLowerCase().match(/\{\w+\}|[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(3).map((_, start) => words.slice(start, start + 4).join(" "));
}
