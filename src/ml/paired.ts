import { bootstrap, type BootstrapOptions, type Counts, type Interval } from "../stats/bootstrap.js";
import { rank, type Metric, type Ranked } from "./metrics.js";

/** A metric of two models on the same rows. */
export interface PairedMetric {
  first: Interval;
  second: Interval;
  /** `second` less `first`. */
  difference: Interval;
}

/**
 * Metrics of two models on the same `n` rows, with percentile intervals of the values and of their differences from one
 * paired bootstrap: both models are measured on the same resamples (Efron & Tibshirani 1993, chapter 13).
 *
 * @param labels 1 positive, 0 negative
 * @param first probabilities of the one model
 * @param second probabilities of the other
 */
export function pairedMetrics<Name extends string>(
  labels: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  metrics: Readonly<Record<Name, Metric>>,
  options: BootstrapOptions,
): Record<Name, PairedMetric> {
  const names = Object.keys(metrics) as Name[];
  const models = [first, second].map((probabilities) => ordered(labels, probabilities));
  const statistics = (counts: Counts): number[] => {
    const [one = [], other = []] = models.map(({ ranked, order }) => {
      const own = new Float64Array(order.length);
      order.forEach((row, place) => (own[place] = counts[row]!));
      return names.map((name) => metrics[name](ranked, own));
    });
    return names.flatMap((_, k) => [one[k]!, other[k]!, other[k]! - one[k]!]);
  };
  const intervals = bootstrap(labels.length, statistics, options);
  return Object.fromEntries(
    names.map((name, k) => [
      name,
      { first: intervals[3 * k], second: intervals[3 * k + 1], difference: intervals[3 * k + 2] },
    ]),
  ) as Record<Name, PairedMetric>;
}

/** The rows ranked by probability, and which row stands where. */
function ordered(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): { ranked: Ranked; order: Uint32Array } {
  const order = Uint32Array.from({ length: labels.length }, (_, row) => row);
  order.sort((i, j) => probabilities[j]! - probabilities[i]! || i - j);
  const pick = (values: ArrayLike<number>) => Float64Array.from(order, (row) => values[row]!);
  return { ranked: rank(pick(labels), pick(probabilities)), order };
}
