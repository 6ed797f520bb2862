import { describe, expect, it } from "vitest";
import { compare, judge, type ComparedRow } from "../../src/stages/comparison.js";
import { promotionSchema, type ComparedMetric } from "../../src/stages/promotion-rule.js";
import { Random } from "../../src/stats/random.js";

const rule = promotionSchema.parse({ metric: "brier", tolerance: 0.002, guards: ["auc"] });
const any = { value: 0.5, low: 0.4, high: 0.6 };

function row(metric: ComparedMetric, value: number, low: number, high: number): ComparedRow {
  return { metric, champion: any, challenger: any, gain: { value, low, high } };
}

describe("the promotion rule", () => {
  const tie = row("auc", 0.001, -0.01, 0.01);

  it.each([
    ["promotes what is surely better", row("brier", 0.005, 0.001, 0.009), tie, true, "better by brier"],
    [
      "promotes what is better, and not worse by more than the tolerance",
      row("brier", 0.001, -0.0015, 0.004),
      tie,
      true,
      "better by brier",
    ],
    [
      "keeps the champion from what may be worse by more than that",
      row("brier", 0.001, -0.0025, 0.004),
      tie,
      false,
      "may be worse by more than 0.002",
    ],
    [
      "keeps the champion from what is not better",
      row("brier", 0, -0.001, 0.001),
      tie,
      false,
      "not better by brier",
    ],
    [
      "keeps the champion from what is worse by a guard",
      row("brier", 0.005, 0.001, 0.009),
      row("auc", -0.02, -0.03, -0.01),
      false,
      "worse by auc",
    ],
    [
      "is not held up by a guard that may be worse or not",
      row("brier", 0.005, 0.001, 0.009),
      row("auc", -0.002, -0.03, 0.01),
      true,
      "worse by no guard",
    ],
  ])("%s", (_, brier, auc, promoted, reason) => {
    const verdict = judge([auc, brier], rule);
    expect(verdict.promoted).toBe(promoted);
    expect(verdict.reason.en).toContain(reason);
    expect(verdict.reason.it).toMatch(promoted ? /sfidante è migliore/ : /modello in carica resta/);
  });
});

describe("champion and challenger on the same rows", () => {
  const random = new Random(4);
  const n = 400;
  const odds = Array.from({ length: n }, () => 1.5 * random.normal());
  const probability = (x: number) => 1 / (1 + Math.exp(-x));
  const truth = odds.map(probability);
  const blurred = odds.map((x) => probability(x + random.normal()));
  const labels = truth.map((p) => (random.uniform() < p ? 1 : 0));

  it("gain where the challenger is better, whether more of the measure is better or less", () => {
    const { metrics, verdict } = compare({ labels, champion: blurred, challenger: truth }, rule, 1);
    for (const { gain } of metrics) expect(gain.low).toBeGreaterThan(0);
    expect(verdict.promoted).toBe(true);
    const turned = compare({ labels, champion: truth, challenger: blurred }, rule, 1);
    for (const { gain } of turned.metrics) expect(gain.high).toBeLessThan(0);
    expect(turned.verdict.promoted).toBe(false);
  });

  it("count only rows that both judge", () => {
    const champion = blurred.map((p, index) => (index < 50 ? NaN : p));
    const challenger = truth.map((p, index) => (index >= 350 ? NaN : p));
    expect(compare({ labels, champion, challenger }, rule, 1).rows).toBe(300);
  });

  it("are not compared on too few rows: the champion stands", () => {
    const few = (values: number[]) => values.slice(0, 40);
    const { metrics, verdict } = compare(
      { labels: few(labels), champion: few(blurred), challenger: few(truth) },
      rule,
      1,
    );
    expect(metrics).toEqual([]);
    expect(verdict.promoted).toBe(false);
    expect(verdict.reason.en).toMatch(/of 40 rows that neither was trained on \d+ are positive/);
  });
});
