import { describe, expect, it } from "vitest";
import { clusterNumbers, clusterVariance } from "../../src/stats/cluster-variance.js";

const values = [4, 8, 6, 5, 3, 7];
const centred = Float64Array.from(values, (value) => value - 5.5);

describe("the variance of a mean of clusters", () => {
  it("is that of the mean of independent rows where each is a cluster of its own", () => {
    const clusters = Uint32Array.from([0, 1, 2, 3, 4, 5]);
    const sampleVariance = centred.reduce((sum, value) => sum + value ** 2, 0) / 5;
    expect(clusterVariance(centred, clusters, 6)).toBeCloseTo(sampleVariance / 6, 12);
  });

  it("does not fall when every row is written twice", () => {
    const twice = Float64Array.from([...centred, ...centred]);
    const clusters = Uint32Array.from([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
    const once = clusterVariance(centred, Uint32Array.from([0, 1, 2, 3, 4, 5]), 6);
    expect(clusterVariance(twice, clusters, 6)).toBeCloseTo(once, 12);
  });

  it("numbers clusters in the order of their first rows", () => {
    expect(clusterNumbers(["b", "a", "b", null])).toEqual({
      numbers: Uint32Array.from([0, 1, 0, 2]),
      count: 3,
    });
  });
});
