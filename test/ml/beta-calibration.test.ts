import { describe, expect, it } from "vitest";
import { betaLogOdds, fitBeta } from "../../src/ml/beta-calibration.js";
import { logit, sigmoid } from "../../src/ml/calibration.js";
import { Random } from "../../src/stats/random.js";

describe("fitBeta", () => {
  it("agrees with scipy's maximum of the same likelihood", () => {
    const labels = Uint8Array.of(1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0);
    const probabilities = [0.9, 0.8, 0.8, 0.7, 0.6, 0.6, 0.5, 0.4, 0.3, 0.2, 0.2, 0.05];
    const { a, b, c } = fitBeta(Float64Array.from(probabilities, logit), labels);
    expect(a).toBeCloseTo(0.02122, 3);
    expect(b).toBeCloseTo(0.97654, 3);
    expect(c).toBeCloseTo(-1.17869, 3);
  });

  it("recovers a planted distortion that Platt's sigmoid cannot express", () => {
    const random = new Random("beta");
    const planted = { a: 0.5, b: 1.5, c: 0.3 };
    const logOdds = Float64Array.from({ length: 200_000 }, () => 2 * random.normal());
    const labels = Uint8Array.from(logOdds, (score) =>
      random.uniform() < sigmoid(betaLogOdds(planted, score)) ? 1 : 0,
    );
    const fitted = fitBeta(logOdds, labels);
    expect(fitted.a).toBeCloseTo(planted.a, 1);
    expect(fitted.b).toBeCloseTo(planted.b, 1);
    expect(fitted.c).toBeCloseTo(planted.c, 1);
  });

  it("keeps the order of scores, and stays finite, even where they separate the classes or point the wrong way", () => {
    for (const labels of [Uint8Array.of(0, 0, 1, 1), Uint8Array.of(1, 1, 0, 0)]) {
      const beta = fitBeta(Float64Array.of(-40, -30, 30, 40), labels);
      const calibrated = [-40, -30, 30, 40].map((score) => betaLogOdds(beta, score));
      expect(calibrated.every(Number.isFinite)).toBe(true);
      expect(calibrated.toSorted((x, y) => x - y)).toEqual(calibrated);
    }
  });
});
