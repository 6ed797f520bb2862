import { beforeAll, describe, expect, it } from "vitest";
import { tf, useBackend } from "../../src/ml/backend.js";
import { designOf, fitLogistic } from "../../src/ml/sparse-logistic.js";

beforeAll(() => useBackend("wasm"));

describe("fitLogistic", () => {
  const design = designOf({
    rows: 6,
    columns: 4,
    rowStarts: Int32Array.of(0, 3, 5, 7, 10, 13, 15),
    columnIndices: Int32Array.of(0, 2, 3, 1, 3, 0, 3, 1, 2, 3, 0, 1, 3, 2, 3),
    values: Float32Array.of(1, 2, 1, 1, 1, 0.5, 1, 3, 1, 1, 1, 1, 1, 1, 1),
  });
  const labels = Uint8Array.of(1, 0, 1, 0, 1, 0);

  it("agrees with scikit-learn's LogisticRegression(C=3)", () => {
    const [weights] = fitLogistic(design, labels, new Float32Array(4).fill(1), [3]);
    const expected = [1.88560682, -0.73717946, -0.2098275, -0.13295467];
    expected.forEach((weight, column) => expect(weights![column]).toBeCloseTo(weight, 3));
  });

  it("arrives at the same weights by way of stronger penalties", () => {
    const scale = new Float32Array(4).fill(1);
    const [direct] = fitLogistic(design, labels, scale, [3]);
    const stepwise = fitLogistic(design, labels, scale, [0.1, 1, 3]);
    direct!.forEach((weight, column) => expect(stepwise[2]![column]).toBeCloseTo(weight, 3));
  });

  it("gives a column with a larger scale more weight", () => {
    const [even] = fitLogistic(design, labels, Float32Array.of(1, 1, 1, 1), [3]);
    const [scaled] = fitLogistic(design, labels, Float32Array.of(1, 3, 1, 1), [3]);
    expect(Math.abs(scaled![1]!)).toBeGreaterThan(Math.abs(even![1]!));
  });

  it("leaves no tensors behind", () => {
    const before = tf.memory().numTensors;
    fitLogistic(design, labels, new Float32Array(4).fill(1), [1, 3]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
