import { describe, expect, it } from "vitest";
import { bootstrap, quantile } from "../../src/stats/bootstrap.js";
import { Random } from "../../src/stats/random.js";

const mean = (values: number[]) => (counts: Float64Array) => [
  values.reduce((sum, value, i) => sum + value * counts[i]!, 0) /
    counts.reduce((sum, count) => sum + count, 0),
];

describe("quantile", () => {
  it("interpolates as numpy and R's type 7 do", () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([7], 0.9)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("bootstrap", () => {
  it("gives a mean the interval that theory gives it", () => {
    const random = new Random("bootstrap");
    const values = Array.from({ length: 400 }, () => random.normal());
    const [interval] = bootstrap(400, mean(values), { resamples: 2000, seed: 1 });
    const average = values.reduce((sum, x) => sum + x, 0) / 400;
    const error = Math.sqrt(values.reduce((sum, x) => sum + (x - average) ** 2, 0) / 400 / 400);
    expect(interval!.value).toBeCloseTo(average, 12);
    expect(interval!.low).toBeCloseTo(average - 1.96 * error, 1);
    expect(interval!.high).toBeCloseTo(average + 1.96 * error, 1);
    expect((interval!.high - interval!.low) / (2 * 1.96 * error)).toBeCloseTo(1, 1);
  });

  it("covers the true mean about as often as it says", () => {
    const random = new Random("coverage");
    let covered = 0;
    for (let trial = 0; trial < 300; trial++) {
      const values = Array.from({ length: 60 }, () => random.normal());
      const [interval] = bootstrap(60, mean(values), { resamples: 200, level: 0.9, seed: trial });
      if (interval!.low <= 0 && interval!.high >= 0) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.83);
    expect(covered / 300).toBeLessThan(0.95);
  });

  it("leaves out resamples in which a statistic has no value", () => {
    const [interval] = bootstrap(2, (counts) => [counts[0] === 0 ? NaN : 1], { seed: 1 });
    expect(interval).toEqual({ value: 1, low: 1, high: 1 });
  });
});
