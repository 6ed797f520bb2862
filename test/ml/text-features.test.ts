import { describe, expect, it } from "vitest";
import { naiveBayesScale } from "../../src/ml/naive-bayes-scale.js";
import { countNgrams, fitFeatures, tfIdf } from "../../src/ml/text-features.js";
import { makeVocabulary } from "../../src/ml/vocabulary.js";

const texts = ["Good room, good view!", "good ROOM", "bad room", "Bad view of a wall!", "good view"];
const allRows = Int32Array.from(texts.keys());

describe("text features", () => {
  // TfidfVectorizer of scikit-learn 1.9: analyzer="char", ngram_range=(2, 4), min_df=3; and words or single marks,
  // ngram_range=(1, 2), min_df=2; both with sublinear_tf=True.
  const characters = { good: 0.250637, oo: 0.261335, "d ": 0.17833, " r": 0.14803, view: 0.14803 };
  const tokens = { "!": 0.396731, good: 0.557591, "good room": 0.396731, room: 0.329322, view: 0.329322 };

  it("are the tf-idf of scikit-learn, block by block", () => {
    const counts = countNgrams(texts);
    const features = fitFeatures(counts, allRows);
    const { ngrams, characterFeatures } = makeVocabulary(texts, counts, features);
    const matrix = tfIdf(counts, features, allRows);
    const first = new Map<string, number>();
    for (let position = 0; position < matrix.rowStarts[1]!; position++) {
      const feature = matrix.columnIndices[position]!;
      const block = feature < characterFeatures ? "characters" : "tokens";
      first.set(`${block}: ${ngrams[feature]!}`, matrix.values[position]!);
    }
    expect(first.size).toBe(30 + 6);
    for (const [ngram, value] of Object.entries(characters)) {
      expect(first.get(`characters: ${ngram}`)).toBeCloseTo(value, 5);
    }
    for (const [ngram, value] of Object.entries(tokens)) {
      expect(first.get(`tokens: ${ngram}`)).toBeCloseTo(value, 5);
    }
  });

  it("are fitted to the rows asked for and to no others", () => {
    const rows = Int32Array.of(0, 1, 2, 4);
    const some = countNgrams(Array.from(rows, (row) => texts[row]!));
    const all = countNgrams(texts);
    const someRows = Int32Array.from(rows.keys());
    const [alone, within] = [fitFeatures(some, someRows), fitFeatures(all, rows)];
    const spell = (counts: typeof all, features: typeof within) =>
      makeVocabulary(texts, counts, features).ngrams;
    expect(spell(all, within).toSorted()).toEqual(spell(some, alone).toSorted());
    expect(tfIdf(all, within, rows).values.toSorted()).toEqual(
      tfIdf(some, alone, someRows).values.toSorted(),
    );
  });

  it("are none where no n-gram recurs", () => {
    expect(countNgrams(["abc", "", null]).hashes).toHaveLength(0);
  });
});

describe("naiveBayesScale", () => {
  it("favours columns that tell the classes apart", () => {
    const features = {
      rows: 6,
      columns: 3,
      rowStarts: Int32Array.of(0, 2, 3, 4, 6, 8, 9),
      columnIndices: Int32Array.of(0, 2, 1, 0, 1, 2, 0, 1, 2),
      values: Float32Array.of(1, 2, 1, 0.5, 3, 1, 1, 1, 1),
    };
    const scale = naiveBayesScale(features, Uint8Array.of(1, 0, 1, 0, 1, 0), { start: 0, end: 3 });
    // By numpy, from smoothed counts [4, 2, 2] and [1, 3, 3].
    [1.4531859, 1.09808829, 1.09808829].forEach((value, column) =>
      expect(scale[column]).toBeCloseTo(value, 6),
    );
  });
});
