import type { Interval } from "./bootstrap.js";

/** To which cluster each row belongs: rows are independent only between clusters. */
export interface Clusters {
  /** `n` numbers from 0 to `count` - 1. */
  numbers: ArrayLike<number>;
  count: number;
}

/**
 * An estimate with what each cluster adds to its error, so that the variance of any smooth function of several estimates from
 * the same rows is known (linearisation; Binder 1983, Wolter 2007, chapter 6).
 */
export interface Linearised {
  value: number;
  /** One number a cluster; they sum to about 0. */
  errors: Float64Array;
  /** How many clusters it rests on. */
  clusters: number;
}

const normalQuantile = 1.959964;

/**
 * The weighted mean of some rows (Hájek 1971: the weights are divided by their sum).
 *
 * @param rows which rows count
 * @param values `n` numbers
 * @param weights `n` numbers from 0 on; all 1 by default
 * @returns NaN as the value where no row counts
 */
export function linearisedMean(
  rows: Int32Array,
  values: Float64Array,
  { numbers, count }: Clusters,
  weights?: Float64Array,
): Linearised {
  let total = 0;
  let sum = 0;
  for (const row of rows) {
    const weight = weights ? weights[row]! : 1;
    total += weight;
    sum += weight * values[row]!;
  }
  const mean = sum / total;
  const errors = new Float64Array(count);
  const present = new Uint8Array(count);
  for (const row of rows) {
    const cluster = numbers[row]!;
    present[cluster] = 1;
    errors[cluster]! += ((weights ? weights[row]! : 1) * (values[row]! - mean)) / total;
  }
  return { value: mean, errors, clusters: countOf(present) };
}

/** How many are 1. */
export function countOf(present: Uint8Array): number {
  return present.reduce((sum, is) => sum + is, 0);
}

/** A function of estimates: its value, and the sum of their errors times its derivatives. */
export function combined(
  value: number,
  parts: readonly (readonly [derivative: number, estimate: Linearised])[],
): Linearised {
  const errors = new Float64Array(parts[0]?.[1].errors.length ?? 0);
  for (const [derivative, estimate] of parts) {
    for (let cluster = 0; cluster < errors.length; cluster++) {
      errors[cluster]! += derivative * estimate.errors[cluster]!;
    }
  }
  return { value, errors, clusters: Math.max(...parts.map(([, { clusters }]) => clusters)) };
}

export function difference(one: Linearised, other: Linearised): Linearised {
  return combined(one.value - other.value, [
    [1, one],
    [-1, other],
  ]);
}

/** Standard error, with the usual factor for few clusters, G / (G - 1) (Liang & Zeger 1986). */
export function standardError({ errors, clusters }: Linearised): number {
  const squares = errors.reduce((sum, error) => sum + error * error, 0);
  return Math.sqrt((clusters / (clusters - 1)) * squares);
}

/** The 95% interval by the normal distribution. */
export function normalInterval(estimate: Linearised): Interval {
  const margin = normalQuantile * standardError(estimate);
  return { value: estimate.value, low: estimate.value - margin, high: estimate.value + margin };
}

/**
 * Clusters dealt into at most `most` groups, in turn: groups of independent clusters are independent, too, and the variance among
 * some thousand of them is as good as that among all (random groups; Wolter 2007, chapter 2).
 */
export function dealt({ numbers, count }: Clusters, most = 4000): Clusters {
  if (count <= most) return { numbers, count };
  return { numbers: Int32Array.from(numbers, (number) => number % most), count: most };
}
