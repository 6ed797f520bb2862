import { Random } from "./random.js";

/** An estimate with its interval. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

/** How often each of `n` rows counts: 1 each in the data themselves, 0, 1, 2, ... in a resample. */
export type Counts = Float64Array;

export interface BootstrapOptions {
  /** Default 500. */
  resamples?: number;
  /** Probability that the interval covers. Default 0.95. */
  level?: number;
  seed: number | string;
}

/**
 * Percentile bootstrap intervals (Efron & Tibshirani 1993, chapter 13) of several statistics of the same `n` independent rows.
 *
 * @param statistics takes the rows' counts in a resample and returns the statistics, always in the same order. Those that
 *   come out as NaN in a resample (one class only, say) are left out of their interval.
 * @returns one interval per statistic; `value` is the statistic of the data themselves.
 */
export function bootstrap(
  n: number,
  statistics: (counts: Counts) => readonly number[],
  { resamples = 500, level = 0.95, seed }: BootstrapOptions,
): Interval[] {
  const random = new Random(seed);
  const values = statistics(new Float64Array(n).fill(1));
  const draws = Array.from({ length: resamples }, () => statistics(resample(n, random)));
  return values.map((value, k) => {
    const sorted = draws.map((draw) => draw[k] ?? NaN).filter((draw) => !Number.isNaN(draw));
    sorted.sort((a, b) => a - b);
    const tail = (1 - level) / 2;
    return { value, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
  });
}

/**
 * The `p`-quantile of values in ascending order, interpolated linearly (type 7 of Hyndman & Fan 1996); NaN of no values.
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) return NaN;
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (position - below) * (high - low);
}

function resample(n: number, random: Random): Counts {
  const counts = new Float64Array(n);
  for (let i = 0; i < n; i++) counts[random.integer(n)]! += 1;
  return counts;
}
