import { describe, expect, it } from "vitest";
import { splitByFold, stratifiedFolds } from "../../src/ml/folds.js";

describe("stratifiedFolds", () => {
  const labels = Uint8Array.from({ length: 103 }, (_, row) => (row % 7 === 0 ? 1 : 0));

  it("spreads every stratum, and all rows, evenly", () => {
    const foldOf = stratifiedFolds(labels, { folds: 5, seed: 1 });
    for (const counted of [0, 1]) {
      const sizes = [0, 1, 2, 3, 4].map(
        (fold) => labels.filter((label, row) => label === counted && foldOf[row] === fold).length,
      );
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
    const sizes = [0, 1, 2, 3, 4].map((fold) => foldOf.filter((other) => other === fold).length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it("repeats with the seed and changes with it", () => {
    expect(stratifiedFolds(labels, { folds: 5, seed: 1 })).toEqual(
      stratifiedFolds(labels, { folds: 5, seed: 1 }),
    );
    expect(stratifiedFolds(labels, { folds: 5, seed: 1 })).not.toEqual(
      stratifiedFolds(labels, { folds: 5, seed: 2 }),
    );
  });
});

describe("splitByFold", () => {
  it("parts the rows", () => {
    expect(splitByFold([0, 1, 0, 2], 0)).toEqual({
      inside: Int32Array.of(0, 2),
      outside: Int32Array.of(1, 3),
    });
  });
});
