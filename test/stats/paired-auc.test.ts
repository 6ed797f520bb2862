import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairedAuc } from "../../src/stats/paired-auc.js";
import { Random } from "../../src/stats/random.js";

/** The definition of DeLong et al. (1988), every positive against every negative. */
function byDefinition(outcomes: number[], a: number[], b: number[]) {
  const positives = outcomes.flatMap((outcome, row) => (outcome === 1 ? [row] : []));
  const negatives = outcomes.flatMap((outcome, row) => (outcome === 0 ? [row] : []));
  const wins = (values: number[], i: number, j: number) =>
    values[i]! > values[j]! ? 1 : values[i] === values[j] ? 0.5 : 0;
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: number[]) =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);
  const gained = (i: number, j: number) => wins(b, i, j) - wins(a, i, j);
  const ofPositives = positives.map((i) => mean(negatives.map((j) => gained(i, j))));
  const ofNegatives = negatives.map((j) => mean(positives.map((i) => gained(i, j))));
  return {
    gain: mean(ofPositives),
    error: Math.sqrt(variance(ofPositives) / positives.length + variance(ofNegatives) / negatives.length),
  };
}

describe("two areas under the ROC curve", () => {
  it("are the shares of pairs in order, ties counting half", () => {
    const { first, second } = pairedAuc(
      [1, 1, 0, 0],
      new Float64Array([0.9, 0.4, 0.4, 0.1]),
      new Float64Array([0.9, 0.8, 0.2, 0.1]),
    );
    expect(first).toBe(0.875);
    expect(second).toBe(1);
  });

  it("differ by as much as the definition says, with its standard error", () => {
    const small = fc.integer({ min: 0, max: 5 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), small, small), { minLength: 8, maxLength: 40 }),
        (rows) => {
          const outcomes = rows.map(([outcome]) => outcome);
          fc.pre(outcomes.filter((outcome) => outcome === 1).length > 1);
          fc.pre(outcomes.filter((outcome) => outcome === 0).length > 1);
          const [a, b] = [rows.map(([, value]) => value), rows.map(([, , value]) => value)];
          const { gain } = pairedAuc(outcomes, Float64Array.from(a), Float64Array.from(b));
          const expected = byDefinition(outcomes, a, b);
          expect(gain.value).toBeCloseTo(expected.gain, 10);
          expect((gain.high - gain.low) / 2 / 1.959963984540054).toBeCloseTo(expected.error, 10);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("have an interval that holds no gain in 95 of 100 comparisons of equally good predictions", () => {
    const random = new Random("delong");
    const held = Array.from({ length: 300 }, () => {
      const outcomes = Array.from({ length: 200 }, (_, row) => row % 2);
      const noisy = () => Float64Array.from(outcomes, (outcome) => outcome + 1.5 * random.normal());
      const { gain } = pairedAuc(outcomes, noisy(), noisy());
      return gain.low <= 0 && gain.high >= 0;
    });
    // Binomial: 285 of 300, less three standard errors of 3.8.
    expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(273);
  });
});
