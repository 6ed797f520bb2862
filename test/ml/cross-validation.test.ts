import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { crossValidate, type CrossValidation } from "../../src/ml/cross-validation.js";
import { rank, rocAuc } from "../../src/ml/metrics.js";
import { networkSpec } from "../../src/ml/spec.js";
import { plantedWorld } from "./planted-world.js";

const { frame, labels, truth } = plantedWorld(1500, "folds");
const folds = Array.from({ length: 1500 }, (_, row) => row % 3);
let result: CrossValidation;

beforeAll(async () => {
  await useBackend("wasm");
  const spec = networkSpec.parse({ groups: 2, width: 16, epochs: 12 });
  result = await crossValidate(frame, labels, folds, { spec, seed: 1 });
}, 120_000);

describe("crossValidate", () => {
  it("measures each fold, and the mean over folds", () => {
    expect(result.folds.map(({ fold, rows }) => [fold, rows])).toEqual([0, 1, 2].map((fold) => [fold, 500]));
    const aucs = result.folds.map(({ auc }) => auc);
    expect(result.mean.auc).toBeCloseTo(aucs.reduce((sum, auc) => sum + auc, 0) / 3, 12);
    const first = folds.flatMap((fold, row) => (fold === 0 ? [row] : []));
    const ranked = rank(
      first.map((row) => labels[row]!),
      first.map((row) => result.predictions[row]!),
    );
    expect(result.folds[0]!.auc).toBeCloseTo(rocAuc(ranked), 12);
  });

  it("predicts rows that it was not trained on about as well as can be", () => {
    const best = rocAuc(rank(labels, truth));
    expect(best - rocAuc(rank(labels, result.predictions))).toBeLessThan(0.04);
    expect(rocAuc(rank(labels, result.predictions))).toBeLessThan(best + 0.01);
  });

  it("says what calibration error perfect calibration would show, and how fast it was", () => {
    expect(result.ece_floor.mean).toBeLessThan(result.ece_floor.p95);
    expect(result.ece).toBeLessThan(2 * result.ece_floor.p95);
    expect(result.fit_seconds).toBeGreaterThan(0);
    expect(result.score_rows_per_second).toBeGreaterThan(0);
  });
});
