import { describe, expect, it } from "vitest";
import { WordVocabulary } from "../../src/ml/word-vocabulary.js";

/** The features of a text and their values. */
function read(vocabulary: WordVocabulary, text: string): Map<number, number> {
  vocabulary.read(text);
  return new Map(
    Array.from({ length: vocabulary.featureCount }, (_, position) => [
      vocabulary.features[position]!,
      vocabulary.values[position]!,
    ]),
  );
}

describe("a vocabulary of words", () => {
  it("numbers words, pairs of neighbours and runs of four and five letters", () => {
    // van, <van, late, <lat, late (a run), <late, and "van late".
    expect(new WordVocabulary(["van late", "late van late"]).size).toBe(6 + 2);
  });

  it("weighs as scikit-learn's TfidfVectorizer(sublinear_tf=True) does", () => {
    const vocabulary = new WordVocabulary(["a b", "a a", "b c"]);
    // By scikit-learn's formula: words of one letter have no runs; "a a b" has a twice, b, and the pairs "a a" and "a b".
    const [common, rare] = [Math.log(4 / 3) + 1, Math.log(4 / 2) + 1];
    const weights = [(1 + Math.log(2)) * common, common, rare, rare];
    const length = Math.hypot(...weights);
    const found = [...read(vocabulary, "a a b").values()].sort();
    const expected = weights.map((weight) => weight / length).sort();
    found.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 6));
  });

  it("reads a word that it has not seen by the runs that it has, the same each time", () => {
    const vocabulary = new WordVocabulary(["imballaggio", "van"]);
    const first = read(vocabulary, "imballato xyz");
    expect(first.size).toBeGreaterThan(0);
    expect(read(vocabulary, "imballato xyz")).toEqual(first);
    expect(read(vocabulary, "xyz").size).toBe(0);
    expect(read(vocabulary, "").size).toBe(0);
  });
});
