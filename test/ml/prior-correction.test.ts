import { describe, expect, it } from "vitest";
import { logit, sigmoid } from "../../src/ml/calibration.js";
import { priorShift } from "../../src/ml/prior-correction.js";

describe("priorShift", () => {
  it("is Elkan's formula (2001, theorem 2)", () => {
    const [p, training, declared] = [0.8, 0.5, 0.1];
    const expected =
      (declared * (p - p * training)) / (training - p * training + declared * p - training * declared);
    expect(sigmoid(logit(p) + priorShift(training, declared))).toBeCloseTo(expected, 12);
  });

  it("is nothing where the prevalence is that of the training rows", () => {
    expect(priorShift(0.3, 0.3)).toBe(0);
  });
});
