import { describe, expect, it } from "vitest";
import { designMatrix, type Fact } from "../../src/stats/design-matrix.js";
import {
  differenceInDifferences,
  differenceInMeans,
  type Moments,
} from "../../src/stats/difference-in-differences.js";
import { Random } from "../../src/stats/random.js";

describe("difference in differences", () => {
  it("is 2.76 jobs a restaurant in New Jersey's minimum wage", () => {
    // Means of table 3 of Card & Krueger (1994), in hundreds; each cell has four restaurants around its mean.
    const means = { "11": 0.2103, "10": 0.2044, "01": 0.2117, "00": 0.2333 };
    const rows = Object.entries(means).flatMap(([cell, mean]) =>
      [-0.01, 0.01, -0.02, 0.02].map((spread) => ({
        treated: Number(cell[0]),
        after: Number(cell[1]),
        outcome: mean + spread,
      })),
    );
    const { value } = differenceInDifferences({
      design: designMatrix(rows.length, []),
      outcome: Float64Array.from(rows, (row) => row.outcome),
      treated: Uint8Array.from(rows, (row) => row.treated),
      after: Uint8Array.from(rows, (row) => row.after),
      clusters: Uint32Array.from(rows, (_, row) => row),
      clusterCount: rows.length,
    });
    expect(100 * value).toBeCloseTo(21.03 - 20.44 - (21.17 - 23.33), 6);
    expect(100 * value).toBeCloseTo(2.75, 1);
  });

  it("covers a planted effect though the treated differ, both change, and who is there changes", () => {
    let covered = 0;
    const worlds = 60;
    for (let seed = 1; seed <= worlds; seed++) {
      const { low, high } = differenceInDifferences(planted(800, seed, 0.1));
      if (low <= 0.1 && 0.1 <= high) covered++;
    }
    expect(covered / worlds).toBeGreaterThan(0.9);
  });

  it("calls nothing an effect more often than chance would", () => {
    let called = 0;
    for (let seed = 1; seed <= 60; seed++) {
      if (differenceInDifferences(planted(800, 1000 + seed, 0)).p < 0.05) called++;
    }
    expect(called / 60).toBeLessThan(0.11);
  });
});

describe("the difference of means", () => {
  it("has Welch's standard error and Student's interval", () => {
    const outcome = Float64Array.from([1, 0, 1, 1, 0, 0, 1, 0, 0, 0]);
    const treated = Uint8Array.from([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
    const clusters = Uint32Array.from(outcome, (_, row) => row);
    const { value, standardError, low } = differenceInMeans(outcome, treated, clusters, 10);
    expect(value).toBeCloseTo(0.4, 12);
    // Sums of squares 1.2 and 0.8 over five each: variance (1.2 + 0.8) / 25, times 10 / 9 for ten clusters.
    expect(standardError).toBeCloseTo(Math.sqrt(((2 / 25) * 10) / 9), 12);
    expect(low).toBeCloseTo(0.4 - 2.262 * standardError, 3);
  });
});

/** A kind of customer who comes back more is treated more often and grows more frequent; all come back less often later. */
function planted(n: number, seed: number, effect: number): Moments {
  const random = new Random(seed);
  const frequent = new Float64Array(n);
  const treated = new Uint8Array(n);
  const after = new Uint8Array(n);
  const outcome = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    after[row] = Number(random.uniform() < 0.5);
    frequent[row] = Number(random.uniform() < (after[row] ? 0.6 : 0.4));
    treated[row] = Number(random.uniform() < (frequent[row] ? 0.5 : 0.25));
    const chance = 0.3 + 0.25 * frequent[row]! + 0.08 * treated[row]! - 0.05 * after[row]!;
    outcome[row] = Number(random.uniform() < chance + effect * treated[row]! * after[row]!);
  }
  const facts: Fact[] = [{ name: "frequent", kind: "number", values: frequent }];
  return {
    design: designMatrix(n, facts),
    outcome,
    treated,
    after,
    clusters: Uint32Array.from({ length: n }, (_, row) => row),
    clusterCount: n,
  };
}
