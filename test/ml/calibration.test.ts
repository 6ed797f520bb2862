import { describe, expect, it } from "vitest";
import { calibrate, fitPlatt, logit, sigmoid } from "../../src/ml/calibration.js";
import { Random } from "../../src/stats/random.js";

describe("fitPlatt", () => {
  it("agrees with scikit-learn's sigmoid calibration", () => {
    const labels = [1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0];
    const probabilities = [0.9, 0.8, 0.8, 0.7, 0.6, 0.6, 0.5, 0.4, 0.3, 0.2, 0.2, 0.05];
    // _SigmoidCalibration of scikit-learn 1.7, and scipy's BFGS on the same targets: 0.46468362, -0.33916983.
    const { slope, intercept } = fitPlatt(probabilities.map(logit), labels);
    expect(slope).toBeCloseTo(0.46468362, 6);
    expect(intercept).toBeCloseTo(-0.33916983, 6);
  });

  it("recovers a planted distortion", () => {
    const random = new Random("platt");
    const scores = Array.from({ length: 20_000 }, () => 3 * random.normal());
    const labels = scores.map((score) => (random.uniform() < sigmoid(0.6 * score - 1) ? 1 : 0));
    const platt = fitPlatt(scores, labels);
    expect(platt.slope).toBeCloseTo(0.6, 1);
    expect(platt.intercept).toBeCloseTo(-1, 1);
    expect(calibrate(platt, 0)).toBeCloseTo(sigmoid(-1), 1);
  });

  it("stays finite on scores that separate the classes", () => {
    const platt = fitPlatt([-40, -30, 30, 40], [0, 0, 1, 1]);
    expect(calibrate(platt, 30)).toBeCloseTo(3 / 4, 1);
    expect(calibrate(platt, -30)).toBeCloseTo(1 / 4, 1);
  });

  it("refuses one class, infinite scores and lengths that differ", () => {
    expect(() => fitPlatt([1, 2], [1, 1])).toThrow("both classes");
    expect(() => fitPlatt([1, Infinity], [1, 0])).toThrow("found Infinity in row 1");
    expect(() => fitPlatt([1], [1, 0])).toThrow("found 2 for 1");
  });
});
