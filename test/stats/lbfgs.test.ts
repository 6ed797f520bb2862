import { describe, expect, it } from "vitest";
import { minimise } from "../../src/stats/lbfgs.js";

describe("minimise", () => {
  it("finds the bottom of Rosenbrock's valley (Rosenbrock 1960)", () => {
    const { point, value } = minimise(
      (at) => {
        const [x, y] = [at[0]!, at[1]!];
        return {
          value: 100 * (y - x ** 2) ** 2 + (1 - x) ** 2,
          gradient: [-400 * x * (y - x ** 2) - 2 * (1 - x), 200 * (y - x ** 2)],
        };
      },
      [-1.2, 1],
    );
    expect(point[0]).toBeCloseTo(1, 5);
    expect(point[1]).toBeCloseTo(1, 5);
    expect(value).toBeLessThan(1e-10);
  });

  it("solves an ill-conditioned quadratic in as many dimensions as it likes", () => {
    const curvature = Float64Array.from({ length: 200 }, (_, k) => 10 ** ((4 * k) / 199));
    const { point } = minimise(
      (at) => ({
        value: at.reduce((sum, x, k) => sum + (curvature[k]! * (x - k) ** 2) / 2, 0),
        gradient: at.map((x, k) => curvature[k]! * (x - k)),
      }),
      new Float64Array(200),
      { maximumIterations: 2000 },
    );
    point.forEach((x, k) => expect(x).toBeCloseTo(k, 4));
  });

  it("stops at the start when it is a minimum", () => {
    const { iterations } = minimise(([x]) => ({ value: x! ** 2, gradient: [2 * x!] }), [0]);
    expect(iterations).toBe(0);
  });

  it("gets close where values are known in single precision only", () => {
    const noisy = (at: Float64Array) => ({
      value: Math.fround(1000 + at.reduce((sum, x) => sum + (x - 1) ** 2, 0)),
      gradient: at.map((x) => 2 * (x - 1)),
    });
    const { point } = minimise(noisy, [5, -3, 0.5]);
    point.forEach((x) => expect(x).toBeCloseTo(1, 5));
  });
});
