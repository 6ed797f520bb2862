import { describe, expect, it } from "vitest";
import { designMatrix } from "../../src/stats/design-matrix.js";
import { logisticRegression, predictLogistic } from "../../src/stats/logistic-regression.js";

/** Launches of the space shuttle before 1986: temperature in °F, and whether an O-ring was damaged (Dalal, Fowlkes & Hoadley 1989). */
const temperatures = [
  66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58,
];
const damaged = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1];

const launches = {
  n: 23,
  d: 2,
  names: ["intercept", "temperature"],
  values: Float64Array.from(temperatures.flatMap((value) => [1, value])),
};

describe("logistic regression", () => {
  it("finds what R's glm finds of the space shuttle's O-rings", () => {
    const { coefficients, covariance, converged } = logisticRegression(launches, damaged, { ridge: 0 });
    expect(converged).toBe(true);
    expect(coefficients[0]).toBeCloseTo(15.0429, 3);
    expect(coefficients[1]).toBeCloseTo(-0.2322, 4);
    expect(Math.sqrt(covariance[0]![0]!)).toBeCloseTo(7.3786, 3);
    expect(Math.sqrt(covariance[1]![1]!)).toBeCloseTo(0.1082, 4);
  });

  it("gives the odds ratio of a table of two by two", () => {
    const isExposed = [...Array<number>(50).fill(1), ...Array<number>(50).fill(0)];
    const outcome = isExposed.map((exposed, row) => Number(row % 50 < (exposed ? 30 : 10)));
    const design = {
      n: 100,
      d: 2,
      names: ["intercept", "exposed"],
      values: Float64Array.from(isExposed.flatMap((value) => [1, value])),
    };
    const { coefficients } = logisticRegression(design, outcome, { ridge: 0 });
    expect(coefficients[1]).toBeCloseTo(Math.log(30 / 20 / (10 / 40)), 6);
  });

  it("keeps coefficients finite where a fact separates the outcomes", () => {
    const fact = {
      name: "x",
      kind: "number" as const,
      values: Float64Array.from({ length: 40 }, (_, i) => i),
    };
    const { coefficients, converged } = logisticRegression(
      designMatrix(40, [fact]),
      Float64Array.from({ length: 40 }, (_, i) => Number(i >= 20)),
    );
    expect(converged).toBe(true);
    expect(Math.abs(coefficients[1]!)).toBeLessThan(20);
  });

  it("does not learn from rows of weight 0, but predicts them", () => {
    const weights = Float64Array.from(temperatures, (_, row) => Number(row < 15));
    const some = { ...launches, n: 15, values: launches.values.slice(0, 30) };
    const { coefficients, probabilities } = logisticRegression(launches, damaged, { weights });
    const alone = logisticRegression(some, damaged.slice(0, 15));
    expect(coefficients[1]).toBeCloseTo(alone.coefficients[1]!, 9);
    expect(probabilities).toHaveLength(23);
    expect([...probabilities]).toEqual([...predictLogistic(launches, coefficients)]);
  });

  it("comes to the same from wherever it begins", () => {
    const start = Float64Array.from([5, -0.1]);
    const { coefficients } = logisticRegression(launches, damaged, { start });
    expect(coefficients[1]).toBeCloseTo(logisticRegression(launches, damaged).coefficients[1]!, 5);
  });
});
