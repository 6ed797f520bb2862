import type { Interval } from "./bootstrap.js";
import { midranks } from "./ranks.js";

/** Areas under the ROC curves of two predictions of the same outcomes. */
export interface PairedAuc {
  first: number;
  second: number;
  /** second - first, with its 95% interval. */
  gain: Interval;
}

/**
 * Compares two predictions of the same `n` independent outcomes by the area under their ROC curves, with the interval of DeLong, DeLong &
 * Clarke-Pearson (1988), computed from midranks (Sun & Xu 2014). NaN where all outcomes are alike.
 *
 * @param outcomes 1 and 0
 */
export function pairedAuc(outcomes: ArrayLike<number>, first: Float64Array, second: Float64Array): PairedAuc {
  const a = placements(outcomes, first);
  const b = placements(outcomes, second);
  const gain = mean(b.positives) - mean(a.positives);
  const variance =
    varianceOfMean(difference(b.positives, a.positives)) +
    varianceOfMean(difference(b.negatives, a.negatives));
  const reach = 1.959963984540054 * Math.sqrt(variance);
  return {
    first: mean(a.positives),
    second: mean(b.positives),
    gain: { value: gain, low: gain - reach, high: gain + reach },
  };
}

interface Placements {
  /** Of each positive, the share of negatives predicted lower; ties count half. */
  positives: Float64Array;
  /** Of each negative, the share of positives predicted higher. */
  negatives: Float64Array;
}

function placements(outcomes: ArrayLike<number>, predictions: Float64Array): Placements {
  const ranks = midranks(predictions);
  const chosen = (outcome: number, values: Float64Array) =>
    values.filter((_, row) => outcomes[row] === outcome);
  const within = (outcome: number) => midranks(chosen(outcome, predictions));
  const positives = difference(chosen(1, ranks), within(1));
  const negatives = difference(chosen(0, ranks), within(0));
  const [m, n] = [positives.length, negatives.length];
  return {
    positives: positives.map((below) => below / n),
    negatives: negatives.map((below) => 1 - below / m),
  };
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, index) => value - b[index]!);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The estimated variance of the mean of independent values. */
export function varianceOfMean(values: Float64Array): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return squares / (values.length - 1) / values.length;
}
