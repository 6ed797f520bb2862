import { describe, expect, it } from "vitest";
import { designMatrix } from "../../src/stats/design-matrix.js";
import { poissonRegression, predictPoisson } from "../../src/stats/poisson-regression.js";

describe("Poisson regression", () => {
  // Dobson (1990), Introduction to Generalized Linear Models, p. 93; the fit as R's help page of glm prints it.
  const counts = [18, 17, 15, 20, 10, 20, 25, 13, 12];
  const outcome = ["1", "2", "3", "1", "2", "3", "1", "2", "3"];
  const treatment = ["a", "a", "a", "b", "b", "b", "c", "c", "c"];
  const design = designMatrix(9, [
    { name: "outcome", kind: "category", values: outcome },
    { name: "treatment", kind: "category", values: treatment },
  ]);

  it("finds the coefficients and standard errors of Dobson's trial as R's glm does", () => {
    const { coefficients, covariance, converged } = poissonRegression(design, counts, { ridge: 0 });
    expect(converged).toBe(true);
    const expected = [3.045, -0.4543, -0.293, 0, 0];
    expected.forEach((value, k) => expect(coefficients[k]).toBeCloseTo(value, 3));
    const errors = [0.1709, 0.2022, 0.1927, 0.2, 0.2];
    errors.forEach((value, k) => expect(Math.sqrt(covariance[k]![k]!)).toBeCloseTo(value, 3));
  });

  it("gives rows without a count no say, but a prediction", () => {
    const without = poissonRegression(design, [...counts.slice(0, 8), NaN], { ridge: 0 });
    const predicted = predictPoisson(design, without.coefficients);
    expect(predicted).toHaveLength(9);
    expect(predicted.slice(0, 8).reduce((sum, value) => sum + value, 0)).toBeCloseTo(138, 4);
  });

  it("arrives at the same fit wherever it begins", () => {
    const cold = poissonRegression(design, counts);
    const warm = poissonRegression(design, counts, { start: Float64Array.of(-9, 3, -2, 1, 4) });
    warm.coefficients.forEach((value, k) => expect(value).toBeCloseTo(cold.coefficients[k]!, 4));
  });

  it("shrinks slopes with the penalty, and stays finite where nothing was ever counted", () => {
    const { coefficients } = poissonRegression(design, new Float64Array(9));
    expect(coefficients.every(Number.isFinite)).toBe(true);
    const free = poissonRegression(design, counts, { ridge: 0 }).coefficients;
    const held = poissonRegression(design, counts, { ridge: 100 }).coefficients;
    expect(Math.abs(held[1]!)).toBeLessThan(Math.abs(free[1]!) / 2);
  });
});
