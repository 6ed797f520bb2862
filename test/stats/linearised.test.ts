import { describe, expect, it } from "vitest";
import {
  combined,
  dealt,
  difference,
  linearisedMean,
  normalInterval,
  standardError,
} from "../../src/stats/linearised.js";
import { Random } from "../../src/stats/random.js";

const values = Float64Array.of(3, 5, 4, 8, 1, 7);
const rows = Int32Array.of(0, 1, 2, 3, 4, 5);
const each = { numbers: [0, 1, 2, 3, 4, 5], count: 6 };

describe("the linearised mean", () => {
  it("has the textbook standard error where every row is a cluster of its own", () => {
    // s / sqrt(n) of the six numbers, by hand: mean 28/6, sum of squared deviations 100/3.
    const mean = linearisedMean(rows, values, each);
    expect(mean.value).toBeCloseTo(28 / 6, 12);
    expect(standardError(mean)).toBeCloseTo(Math.sqrt(100 / 3 / 5 / 6), 12);
  });

  it("has that of the cluster sums where rows come in clusters", () => {
    // Two rows a cluster, means 4, 6, 4: the error of three means.
    const mean = linearisedMean(rows, values, { numbers: [0, 0, 1, 1, 2, 2], count: 3 });
    expect(standardError(mean)).toBeCloseTo(Math.sqrt(8 / 3 / 2 / 3), 12);
  });

  it("weights rows, and leaves the others and their clusters out", () => {
    const some = Int32Array.of(0, 1, 4, 5);
    const weighted = linearisedMean(some, values, each, Float64Array.of(1, 2, 9, 9, 1, 0));
    expect(weighted.value).toBeCloseTo((3 + 10 + 1) / 4, 12);
    // Mean 4, squared deviations 1, 1, 9, 9.
    expect(standardError(linearisedMean(some, values, each))).toBeCloseTo(Math.sqrt(20 / 3 / 4), 12);
  });

  it("is not a number where no row counts", () => {
    expect(linearisedMean(new Int32Array(0), values, each).value).toBeNaN();
  });
});

describe("functions of estimates from the same rows", () => {
  it("know that a difference with itself is certain", () => {
    const mean = linearisedMean(rows, values, each);
    expect(normalInterval(difference(mean, mean))).toEqual({ value: 0, low: 0, high: 0 });
  });

  it("have the error of the ratio estimator for a ratio of means", () => {
    const totals = Float64Array.of(6, 9, 8, 18, 2, 13);
    const [top, bottom] = [linearisedMean(rows, totals, each), linearisedMean(rows, values, each)];
    const ratio = top.value / bottom.value;
    const estimate = combined(ratio, [
      [1 / bottom.value, top],
      [-ratio / bottom.value, bottom],
    ]);
    // Cochran (1977), equation 6.13: residuals y - R x over n x̄, here without the finite population.
    const residuals = Array.from(totals, (y, row) => y - ratio * values[row]!);
    const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
    expect(standardError(estimate)).toBeCloseTo(Math.sqrt(squares / 5 / 6) / bottom.value, 12);
  });
});

describe("clusters dealt into groups", () => {
  it("stay as they are where they are few, and are of about one size where they are many", () => {
    expect(dealt(each)).toEqual(each);
    const groups = dealt(
      { numbers: Int32Array.from({ length: 9000 }, (_, row) => row >> 1), count: 4500 },
      50,
    );
    expect(groups.count).toBe(50);
    const sizes = new Array<number>(50).fill(0);
    for (const number of Array.from(groups.numbers)) sizes[number]!++;
    expect(new Set(sizes)).toEqual(new Set([180]));
  });

  it("tell nearly the same error", () => {
    const random = new Random("groups");
    const n = 20_000;
    const drawn = Float64Array.from({ length: n }, () => random.normal());
    const all = Int32Array.from({ length: n }, (_, row) => row);
    const single = { numbers: all, count: n };
    const ratio =
      standardError(linearisedMean(all, drawn, dealt(single))) /
      standardError(linearisedMean(all, drawn, single));
    expect(Math.abs(ratio - 1)).toBeLessThan(0.04);
  });
});
