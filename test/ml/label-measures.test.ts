import { describe, expect, it } from "vitest";
import { measureLabels } from "../../src/ml/label-measures.js";
import { Random } from "../../src/stats/random.js";

/** Two labels of six rows whose confusions are counted by hand: 2 hits, 1 false, 1 missed; 1 hit, 0 false, 1 missed. */
const counted = [
  label("a", [1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 0]),
  label("b", [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, 0]),
];

function label(name: string, values: number[], decisions: number[]) {
  return {
    name,
    values: Uint8Array.from(values),
    decisions: Uint8Array.from(decisions),
    probabilities: Float64Array.from(decisions),
  };
}

describe("measureLabels", () => {
  it("counts F1 over all labels together (micro) and as the mean of the labels' own (macro)", () => {
    const { micro_f1, macro_f1, labels } = measureLabels(counted, [0, 0, 0, 1, 1, 1], 1);
    expect(micro_f1.value).toBeCloseTo((2 * 3) / (2 * 3 + 1 + 2));
    expect(labels.map(({ f1 }) => f1.value)).toEqual([4 / 6, 2 / 3]);
    expect(macro_f1.value).toBeCloseTo(2 / 3);
    expect(labels.map(({ accuracy }) => accuracy.value)).toEqual([4 / 6, 5 / 6]);
  });

  it("takes yes and no for the probabilities 1 and 0", () => {
    const [{ auc, brier, ece }] = measureLabels(counted, [0, 0, 0, 0, 0, 0], 1).labels as [
      ReturnType<typeof measureLabels>["labels"][number],
    ];
    expect(auc.value).toBeCloseTo((2 / 3 + 2 / 3) / 2);
    expect(brier.value).toBeCloseTo(2 / 6);
    expect(ece.value).toBeCloseTo((1 + 1) / 6);
  });

  it("means over the folds in which a measure has a meaning", () => {
    const { per_fold, mean } = measureLabels(counted, [0, 0, 0, 1, 1, 1], 1).labels[0]!;
    expect(per_fold.map(({ rows, positives, accuracy }) => [rows, positives, accuracy])).toEqual([
      [3, 3, 2 / 3],
      [3, 0, 2 / 3],
    ]);
    expect(per_fold.map(({ auc }) => auc)).toEqual([NaN, NaN]);
    expect(mean.accuracy).toBeCloseTo(2 / 3);
    expect(mean.brier).toBeCloseTo(1 / 3);
  });

  it("gives intervals that hold the truth of simulated labels, and the calibration error of perfect probabilities", () => {
    const random = new Random("measures");
    const probabilities = Float64Array.from({ length: 2000 }, () => random.uniform());
    const values = Uint8Array.from(probabilities, (p) => (random.uniform() < p ? 1 : 0));
    const decisions = Uint8Array.from(probabilities, (p) => (p >= 0.5 ? 1 : 0));
    const one = { name: "a", values, probabilities, decisions };
    const { accuracy, brier, ece, ece_floor } = measureLabels([one], new Int32Array(2000), 1).labels[0]!;
    // Of uniform probabilities: E max(p, 1 - p) = 3/4 and E p(1 - p) = 1/6.
    expect(accuracy.low).toBeLessThan(0.75);
    expect(accuracy.high).toBeGreaterThan(0.75);
    expect(brier.low).toBeLessThan(1 / 6);
    expect(brier.high).toBeGreaterThan(1 / 6);
    expect(ece.value).toBeLessThan(ece_floor.p95);
  });
});
