import { describe, expect, it } from "vitest";
import { Adam } from "../../src/ml/adam.js";

describe("Adam", () => {
  it("takes the steps of the published algorithm, with rates and decoupled decay per parameter", () => {
    const adam = new Adam(Float32Array.of(1, 5, 1), Float32Array.of(0, 0, 2));
    const values = Float32Array.of(1, -2, 0.5);
    const gradients = [
      [0.1, -0.2, 0.3],
      [0.3, 0.1, -0.1],
      [-0.2, 0.4, 0],
    ];
    gradients.forEach((gradient, step) => adam.step(values, Float32Array.from(gradient), 0.01 / (step + 1)));
    // The update of Kingma & Ba (2015), algorithm 1, and of Loshchilov & Hutter (2019), written in numpy in float64.
    [0.98455142, -1.95096377, 0.46901301].forEach((expected, i) =>
      expect(values[i]).toBeCloseTo(expected, 5),
    );
  });
});
