import { describe, expect, it } from "vitest";
import type { Fact } from "../../src/stats/design-matrix.js";
import { incrementalPrediction } from "../../src/stats/incremental-prediction.js";
import { Random } from "../../src/stats/random.js";

/** Outcomes whose log-odds are `known + effect * added`; the later half tests. */
function world(seed: number, n: number, effect: number) {
  const random = new Random(seed);
  const known = Float64Array.from({ length: n }, () => random.normal());
  const added = Float64Array.from({ length: n }, () => random.normal());
  const outcome = Float64Array.from({ length: n }, (_, row) =>
    Number(random.uniform() < 1 / (1 + Math.exp(-known[row]! - effect * added[row]!))),
  );
  const isTraining = Float64Array.from({ length: n }, (_, row) => Number(row < n / 2));
  const base: Fact[] = [{ name: "known", kind: "number", values: known }];
  const more: Fact[] = [{ name: "added", kind: "number", values: added }];
  return { data: { outcome, isTraining, base }, added: more };
}

describe("what facts add to a prediction", () => {
  it("is a gain in AUC and log loss where they tell something", () => {
    const { data, added } = world(1, 4000, 1);
    const found = incrementalPrediction(data, added);
    expect(found.auc).toBeGreaterThan(found.baseAuc);
    expect(found.aucGain.low).toBeGreaterThan(0);
    expect(found.logLossGain.low).toBeGreaterThan(0);
    expect(found.baseLogLoss - found.logLoss).toBeCloseTo(found.logLossGain.value, 12);
    expect(found.pValue).toBeLessThan(1e-6);
    expect(found.degreesOfFreedom).toBe(1);
  });

  it("is rarely taken for one where they tell nothing", () => {
    const worlds = Array.from({ length: 100 }, (_, seed) => {
      const { data, added } = world(seed, 400, 0);
      return incrementalPrediction(data, added);
    });
    // One in twenty p-values below 5%, give or take three standard errors.
    expect(worlds.filter(({ pValue }) => pValue < 0.05).length).toBeLessThanOrEqual(12);
    // A gain is claimed from the upper side only: one in forty at most.
    expect(worlds.filter(({ logLossGain }) => logLossGain.low > 0).length).toBeLessThanOrEqual(7);
  });

  it("has the likelihood ratio of nested models: what a two-by-two table gives by its G statistic", () => {
    // Four cells of 30, 10, 15 and 25: G = 2 sum of O ln(O / E), by hand.
    const cells = [
      { outcome: 1, value: 1, count: 30 },
      { outcome: 0, value: 1, count: 10 },
      { outcome: 1, value: 0, count: 15 },
      { outcome: 0, value: 0, count: 25 },
    ];
    const rows = cells.flatMap(({ outcome, value, count }) =>
      Array.from({ length: count }, () => ({ outcome, value })),
    );
    const twice = [...rows, ...rows];
    const expected = (outcome: number) => (40 * (outcome === 1 ? 45 : 35)) / 80;
    const g =
      2 * cells.reduce((sum, { outcome, count }) => sum + count * Math.log(count / expected(outcome)), 0);
    const found = incrementalPrediction(
      {
        outcome: Float64Array.from(twice, ({ outcome }) => outcome),
        isTraining: Float64Array.from(twice, (_, row) => Number(row < rows.length)),
        base: [],
      },
      [{ name: "value", kind: "number", values: Float64Array.from(twice, ({ value }) => value) }],
    );
    expect(found.likelihoodRatio).toBeCloseTo(g, 5);
    // scipy 1.17: chi2.sf(11.7384, 1).
    expect(found.pValue).toBeCloseTo(0.000612236, 6);
  });

  it("is nothing for facts that never vary", () => {
    const { data } = world(2, 400, 0);
    const constant: Fact = { name: "constant", kind: "number", values: new Float64Array(400).fill(1) };
    const found = incrementalPrediction(data, [constant]);
    expect(found.aucGain.value).toBe(0);
    expect(found.degreesOfFreedom).toBe(0);
    expect(found.pValue).toBeNaN();
  });
});
