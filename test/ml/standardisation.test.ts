import { describe, expect, it } from "vitest";
import { fitStandardisation, standardise } from "../../src/ml/standardisation.js";

describe("standardise", () => {
  const dense = { names: ["seconds", "always", "never"], values: new Float32Array(15) };
  [1, 7, NaN, 3, 7, NaN, 5, 7, NaN, NaN, 7, NaN, 1000, 7, NaN].forEach(
    (value, k) => (dense.values[k] = value),
  );
  const fitted = fitStandardisation(dense, Int32Array.of(0, 1, 2, 3));

  it("measures in standard deviations from the mean of the known values of the rows it is fitted to", () => {
    expect(standardise(fitted, 0, 3)).toBe(0);
    expect(standardise(fitted, 0, 5)).toBeCloseTo(2 / Math.sqrt(8 / 3), 6);
  });

  it("takes the unknown as the mean, and keeps outliers within five deviations", () => {
    expect(standardise(fitted, 0, NaN)).toBe(0);
    expect(standardise(fitted, 0, 1000)).toBe(5);
    expect(standardise(fitted, 0, -Infinity)).toBe(-5);
  });

  it("learns nothing from a constant, or from what is never known", () => {
    expect(standardise(fitted, 1, 7.1)).toBe(0);
    expect(standardise(fitted, 2, 1)).toBe(0);
  });
});
