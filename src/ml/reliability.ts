import { quantile, type Counts } from "../stats/bootstrap.js";
import { Random } from "../stats/random.js";
import type { Ranked } from "./metrics.js";

const bins = 10;

/**
 * Expected calibration error: over ten equal-width bins of probability, the mean distance between the mean probability
 * and the share of positives, weighted by rows (Naeini, Cooper & Hauskrecht 2015).
 */
export function expectedCalibrationError({ n, labels, probabilities }: Ranked, counts?: Counts): number {
  return binnedError(n, probabilities, (i) => labels[i] as number, counts);
}

/** The calibration error that perfectly calibrated probabilities show by chance. */
export interface CalibrationFloor {
  mean: number;
  /** 95th percentile. */
  p95: number;
}

/**
 * Simulates labels from the probabilities themselves, so that these are calibrated perfectly, and measures the expected
 * calibration error that is left.
 */
export function calibrationFloor(
  { n, probabilities }: Pick<Ranked, "n" | "probabilities">,
  { simulations = 500, seed }: { simulations?: number; seed: number | string },
): CalibrationFloor {
  const random = new Random(seed);
  const errors = Float64Array.from({ length: simulations }, () =>
    binnedError(n, probabilities, (i) => (random.uniform() < (probabilities[i] as number) ? 1 : 0)),
  ).sort();
  const mean = errors.reduce((sum, error) => sum + error, 0) / simulations;
  return { mean, p95: quantile(errors, 0.95) };
}

function binnedError(
  n: number,
  probabilities: Float64Array,
  labelOf: (row: number) => number,
  counts?: Counts,
): number {
  const excess = new Float64Array(bins);
  let rows = 0;
  for (let i = 0; i < n; i++) {
    const p = probabilities[i] as number;
    const count = counts?.[i] ?? 1;
    excess[Math.min(bins - 1, Math.floor(p * bins))]! += count * (labelOf(i) - p);
    rows += count;
  }
  return excess.reduce((sum, e) => sum + Math.abs(e), 0) / rows;
}
