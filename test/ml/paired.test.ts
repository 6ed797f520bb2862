import { describe, expect, it } from "vitest";
import { brier, logLoss, rocAuc } from "../../src/ml/metrics.js";
import { pairedMetrics } from "../../src/ml/paired.js";
import { Random } from "../../src/stats/random.js";

const metrics = { auc: rocAuc, brier, log_loss: logLoss };

/** Labels drawn from known probabilities, and two models: the truth, and the truth blurred by noise in log-odds. */
function world(n: number, noise: number, seed: number) {
  const random = new Random(seed);
  const odds = Array.from({ length: n }, () => 1.5 * random.normal());
  const probability = (x: number) => 1 / (1 + Math.exp(-x));
  const truth = odds.map(probability);
  return {
    labels: truth.map((p) => (random.uniform() < p ? 1 : 0)),
    truth,
    blurred: odds.map((x) => probability(x + noise * random.normal())),
  };
}

describe("paired metrics", () => {
  it("of one model twice differ by nothing, with an interval of no width", () => {
    const { labels, truth } = world(200, 0, 1);
    const paired = pairedMetrics(labels, truth, truth, metrics, { seed: 1 });
    for (const { first, second, difference } of Object.values(paired)) {
      expect(second).toEqual(first);
      expect(difference).toEqual({ value: 0, low: 0, high: 0 });
    }
  });

  it("give the metrics of each model, whatever the order of the rows", () => {
    // AUC by hand: of the four pairs the first model orders three rightly, the second all.
    const paired = pairedMetrics([1, 0, 1, 0], [0.4, 0.5, 0.9, 0.1], [0.6, 0.5, 0.9, 0.1], metrics, {
      seed: 1,
    });
    expect(paired.auc.first.value).toBe(0.75);
    expect(paired.auc.second.value).toBe(1);
    expect(paired.auc.difference.value).toBe(0.25);
    expect(paired.brier.difference.value).toBeCloseTo((0.4 ** 2 - 0.6 ** 2) / 4, 12);
  });

  it("find the better model where there is one", () => {
    const { labels, truth, blurred } = world(500, 1, 2);
    const { auc, brier: squared, log_loss } = pairedMetrics(labels, blurred, truth, metrics, { seed: 2 });
    expect(auc.difference.low).toBeGreaterThan(0);
    expect(squared.difference.high).toBeLessThan(0);
    expect(log_loss.difference.high).toBeLessThan(0);
  });

  it("have narrower intervals than two unpaired ones would give", () => {
    const { labels, truth, blurred } = world(500, 0.2, 3);
    const { auc } = pairedMetrics(labels, truth, blurred, metrics, { seed: 3 });
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    expect(width(auc.difference)).toBeLessThan(width(auc.first) / 2);
  });
});
