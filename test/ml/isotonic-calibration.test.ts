import { describe, expect, it } from "vitest";
import { fitIsotonic, interpolate } from "../../src/ml/isotonic-calibration.js";

describe("fitIsotonic", () => {
  // Blocks of scikit-learn 1.9's IsotonicRegression on these labels: 0 | 1/3 | 1/2 | 1.
  const scores = Float64Array.of(1, 2, 3, 4, 5, 6, 7);
  const labels = Uint8Array.of(0, 1, 0, 0, 1, 0, 1);
  const fitted = fitIsotonic(scores, labels);

  it("pools neighbours until no share of positives falls", () => {
    expect(fitted.scores).toEqual([1, 3, 5.5, 7]);
    expect(fitted.probabilities).toEqual([0.5 / 2, 1.5 / 4, 1.5 / 3, 1.5 / 2]);
  });

  it("joins the blocks by straight lines and is level beyond them", () => {
    expect(interpolate(fitted, -100)).toBe(0.25);
    expect(interpolate(fitted, 2)).toBeCloseTo((0.25 + 0.375) / 2, 12);
    expect(interpolate(fitted, 100)).toBe(0.75);
  });
});
