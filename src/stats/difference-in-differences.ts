import { clusterVariance } from "./cluster-variance.js";
import { chosenRows, type DesignMatrix } from "./design-matrix.js";
import { crossFit, effectOnTreated } from "./doubly-robust.js";
import { twoSidedQuantile, twoSidedTail } from "./student.js";

/** Moments of treated and untreated units, before and after a treatment began. */
export interface Moments {
  /** `n x d` facts known at each moment. */
  design: DesignMatrix;
  /** `n` outcomes from 0 to 1. */
  outcome: Float64Array;
  /** `n`: 1 for moments of treated units, before the treatment too. */
  treated: Uint8Array;
  /** `n`: 1 for moments after the treatment began. */
  after: Uint8Array;
  /** `n`: moments of one cluster are not independent; from 0 to `clusterCount` - 1. */
  clusters: Uint32Array;
  clusterCount: number;
}

/** An effect with its 95% interval and two-sided p-value, by Student's t with one degree of freedom less than clusters. */
export interface TestedEffect {
  value: number;
  standardError: number;
  low: number;
  high: number;
  p: number;
}

/**
 * Effect of a treatment on the treated moments after it began: how much more the treated changed than the untreated, moments
 * before and of the untreated being made like the treated ones after by doubly robust comparison in their facts (Sant'Anna &
 * Zhao 2020, for repeated cross-sections). Right if moments that are alike would have changed alike.
 *
 * Each of the four cells needs rows.
 */
export function differenceInDifferences(moments: Moments): TestedEffect {
  const n = moments.outcome.length;
  const influence = new Float64Array(n);
  let value = 0;
  for (const { treated, after, sign } of comparisons) {
    const rows = rowsWhere(n, (row) => {
      const isTarget = moments.treated[row] === 1 && moments.after[row] === 1;
      return isTarget || (moments.treated[row] === treated && moments.after[row] === after);
    });
    const study = {
      design: chosenRows(moments.design, rows),
      treated: Uint8Array.from(rows, (row) => moments.treated[row]! & moments.after[row]!),
      outcome: Float64Array.from(rows, (row) => moments.outcome[row]!),
      clusters: Uint32Array.from(rows, (row) => moments.clusters[row]!),
      clusterCount: moments.clusterCount,
    };
    const effect = effectOnTreated(study, crossFit(study));
    value += sign * effect.value;
    rows.forEach((row, index) => (influence[row]! += (sign * effect.influence[index]! * n) / rows.length));
  }
  return tested(
    value,
    clusterVariance(influence, moments.clusters, moments.clusterCount),
    moments.clusterCount,
  );
}

const comparisons = [
  { treated: 1, after: 0, sign: 1 },
  { treated: 0, after: 1, sign: 1 },
  { treated: 0, after: 0, sign: -1 },
] as const;

/**
 * Difference of the mean outcomes of treated and untreated rows, which is the effect where a lot decided (Neyman 1923).
 *
 * @param outcome `n` numbers
 * @param treated `n`: 1 where treated
 */
export function differenceInMeans(
  outcome: Float64Array,
  treated: Uint8Array,
  clusters: Uint32Array,
  clusterCount: number,
): TestedEffect {
  const n = outcome.length;
  const totals: [number, number] = [0, 0];
  const sums: [number, number] = [0, 0];
  for (let row = 0; row < n; row++) {
    const arm = treated[row] ? 1 : 0;
    totals[arm]++;
    sums[arm] += outcome[row]!;
  }
  const means = [sums[0] / totals[0], sums[1] / totals[1]] as const;
  const influence = outcome.map((value, row) =>
    treated[row] ? (n * (value - means[1])) / totals[1] : (-n * (value - means[0])) / totals[0],
  );
  return tested(means[1] - means[0], clusterVariance(influence, clusters, clusterCount), clusterCount);
}

function tested(value: number, variance: number, clusterCount: number): TestedEffect {
  const standardError = Math.sqrt(variance);
  const degrees = clusterCount - 1;
  const reach = twoSidedQuantile(0.05, degrees) * standardError;
  return {
    value,
    standardError,
    low: value - reach,
    high: value + reach,
    p: standardError > 0 ? twoSidedTail(value / standardError, degrees) : Number(value === 0),
  };
}

function rowsWhere(n: number, isWanted: (row: number) => boolean): Int32Array {
  return Int32Array.from({ length: n }, (_, row) => row).filter(isWanted);
}
