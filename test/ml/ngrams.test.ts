import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NgramReader } from "../../src/ml/ngrams.js";

function read(text: string) {
  const reader = new NgramReader();
  reader.read(text);
  const spelled = reader.spans().map((span) => reader.slice(span));
  return {
    tokens: reader.tokens().map((token) => reader.slice(token)),
    characters: spelled.slice(0, reader.characterNgramCount),
    tokenNgrams: spelled.slice(reader.characterNgramCount),
    hashes: Array.from(reader.hashes.subarray(0, reader.ngramCount)),
    words: reader.wordCount,
  };
}

describe("NgramReader", () => {
  it("reads characters 2-4, across words, and tokens 1-2, punctuation marks being tokens", () => {
    const { characters, tokenNgrams } = read("Ok no!");
    expect(characters).toEqual(
      ["ok", "ok ", "ok n", "k ", "k n", "k no", " n", " no", " no!", "no", "no!", "o!"].sort((a, b) =>
        position(a) !== position(b) ? position(a) - position(b) : a.length - b.length,
      ),
    );
    expect(tokenNgrams).toEqual(["ok", "ok no", "no", "no!", "!"]);
  });

  it("puts text in lower case and NFC, and one space for any white space", () => {
    expect(read("\t CAFFE\u0300 \r\n\u00a0 è\u2003buono ").tokens).toEqual(["caffè", "è", "buono"]);
    expect(read("a \n b").hashes).toEqual(read("A B").hashes);
  });

  it("strips zero-width, bidirectional, control and unpaired surrogate characters", () => {
    expect(read("he\u200bl\u00adlo\ufeff\u202e\u0000 wor\ud800ld").tokens).toEqual(["hello", "world"]);
  });

  it("takes an emoji as one character, whatever joins or colours it", () => {
    expect(read("👍❤️").tokens).toEqual(["👍", "❤"]);
    expect(read("👩‍💻").characters).toEqual(["👩💻"]);
  });

  it("keeps letters and marks of any script together as words", () => {
    expect(read("مرحبا بالعالم").tokens).toEqual(["مرحبا", "بالعالم"]);
    expect(read("अच्छी सेवा।").tokens).toEqual(["अच्छी", "सेवा", "।"]);
  });

  it("counts words, which marks are not", () => {
    expect(read("Ottimo!!! 10/10 🙂").words).toBe(3);
    expect(read("🙂").words).toBe(0);
    expect(read("").hashes).toEqual([]);
  });

  it("hashes equal n-grams alike within a block and differently across blocks", () => {
    const { hashes, characters } = read("ab ab");
    expect(hashes[0]).toBe(hashes[characters.lastIndexOf("ab")]);
    expect(hashes[characters.length]).not.toBe(hashes[0]);
  });

  it("gives each n-gram of any text its hash and place, whatever was read before", () => {
    const reused = new NgramReader();
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        reused.read(text);
        const { hashes } = read(text);
        expect(Array.from(reused.hashes.subarray(0, reused.ngramCount))).toEqual(hashes);
        expect(reused.spans()).toHaveLength(hashes.length);
      }),
    );
  });

  it("reads 100,000 characters", () => {
    expect(read("word ".repeat(20_000)).words).toBe(20_000);
  });
});

function position(ngram: string): number {
  return "ok no!".indexOf(ngram);
}
