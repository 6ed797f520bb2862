import { describe, expect, it } from "vitest";
import type { FrameColumn } from "../../src/ml/frame.js";
import { singleFeatureAuc } from "../../src/ml/single-feature.js";
import { Random } from "../../src/stats/random.js";

const n = 4000;
const train = Uint32Array.from({ length: n / 2 }, (_, row) => row);
const validation = Uint32Array.from({ length: n / 2 }, (_, row) => n / 2 + row);
const random = new Random("single feature");
const labels = Uint8Array.from({ length: n }, () => Number(random.uniform() < 0.3));

function numbers(value: (label: number, row: number) => number): FrameColumn {
  return { name: "feature", kind: "number", values: Float64Array.from(labels, value) };
}

const auc = (column: FrameColumn) => singleFeatureAuc(column, labels, train, validation);

describe("the AUC of one feature alone", () => {
  it("is that of two normal distributions one standard deviation apart, whichever way round: 0.760", () => {
    // The chance that N(1, 1) exceeds N(0, 1) is that of a standard normal below 1 / sqrt(2).
    const values = Array.from(labels, (label) => label + random.normal());
    expect(auc(numbers((_, row) => values[row]!))).toBeCloseTo(0.76, 1);
    expect(auc(numbers((_, row) => -values[row]!))).toBeCloseTo(0.76, 1);
  });

  it("is one half for noise, for a constant and for an empty column", () => {
    expect(auc(numbers(() => random.normal()))).toBeCloseTo(0.5, 1);
    expect(auc(numbers(() => 7))).toBe(0.5);
    expect(auc(numbers(() => NaN))).toBe(0.5);
  });

  it("sees what only a missing value tells, and what is no more than a category", () => {
    expect(auc(numbers((label) => (label === 1 ? NaN : random.uniform())))).toBe(1);
    expect(
      auc({
        name: "feature",
        kind: "category",
        values: Array.from(labels, (label) => (label ? "gone" : "here")),
      }),
    ).toBe(1);
  });

  it("is not deceived by categories that it has never seen, or seen once", () => {
    expect(
      auc({ name: "feature", kind: "category", values: Array.from(labels, (_, row) => `c${row}`) }),
    ).toBe(0.5);
  });
});
