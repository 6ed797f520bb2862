import { bootstrap, type BootstrapOptions, type Counts, type Interval } from "../stats/bootstrap.js";

/** Labels and predicted probabilities of `n` rows, the most probable first. Sorted once, used by every metric. */
export interface Ranked {
  readonly n: number;
  /** 1 positive, 0 negative. */
  readonly labels: Uint8Array;
  readonly probabilities: Float64Array;
}

/** One number that says how good probabilities are. `counts` says how often each row counts; by default once. */
export type Metric = (ranked: Ranked, counts?: Counts) => number;

/**
 * @param labels `n` values, 1 for positive, 0 for negative.
 * @param probabilities `n` values in 0 to 1.
 * @throws RangeError if the lengths differ, a label is neither 0 nor 1, or a probability is no number in 0 to 1.
 */
export function rank(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Ranked {
  const n = labels.length;
  if (probabilities.length !== n) {
    throw new RangeError(`expected one probability per label, found ${probabilities.length} for ${n}`);
  }
  for (let i = 0; i < n; i++) {
    const [label, p] = [labels[i] as number, probabilities[i] as number];
    if (label !== 0 && label !== 1)
      throw new RangeError(`expected the labels 0 and 1, found ${label} in row ${i}`);
    if (!(p >= 0 && p <= 1)) throw new RangeError(`expected a probability in 0 to 1, found ${p} in row ${i}`);
  }
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  order.sort((i, j) => (probabilities[j] as number) - (probabilities[i] as number) || i - j);
  return {
    n,
    labels: Uint8Array.from(order, (i) => labels[i] as number),
    probabilities: Float64Array.from(order, (i) => probabilities[i] as number),
  };
}

/** Area under the ROC curve: the chance that a positive outranks a negative, ties counting half. NaN of one class. */
export function rocAuc(ranked: Ranked, counts?: Counts): number {
  let [positives, negatives, outranked] = [0, 0, 0];
  for (const { positive, negative } of ties(ranked, counts)) {
    outranked += negative * (positives + positive / 2);
    positives += positive;
    negatives += negative;
  }
  return outranked / (positives * negatives);
}

/**
 * Average precision: precision at each threshold weighted by the recall that it adds, without interpolation (as
 * scikit-learn's `average_precision_score`). NaN without positives.
 */
export function averagePrecision(ranked: Ranked, counts?: Counts): number {
  let [positives, rows, sum] = [0, 0, 0];
  for (const { positive, negative } of ties(ranked, counts)) {
    positives += positive;
    rows += positive + negative;
    if (rows > 0) sum += (positives / rows) * positive;
  }
  return sum / positives;
}

/** Mean squared error of the probabilities (Brier 1950). */
export function brier(ranked: Ranked, counts?: Counts): number {
  return mean(ranked, counts, (label, p) => (p - label) ** 2);
}

/** Mean of -ln(probability given to what happened), probabilities kept 1e-15 away from 0 and 1. */
export function logLoss(ranked: Ranked, counts?: Counts): number {
  return mean(ranked, counts, (label, p) => {
    const given = label === 1 ? p : 1 - p;
    return -Math.log(Math.min(Math.max(given, 1e-15), 1 - 1e-15));
  });
}

/** Share of rows whose class is predicted rightly, positive being predicted from a probability of 0.5. */
export function accuracy(ranked: Ranked, counts?: Counts): number {
  return mean(ranked, counts, (label, p) => (p >= 0.5 === (label === 1) ? 1 : 0));
}

/** Harmonic mean of precision and recall, positive being predicted from a probability of 0.5. */
export function f1(ranked: Ranked, counts?: Counts): number {
  let [hits, errors] = [0, 0];
  for (let i = 0; i < ranked.n; i++) {
    const predicted = (ranked.probabilities[i] as number) >= 0.5;
    const actual = ranked.labels[i] === 1;
    if (predicted && actual) hits += counts?.[i] ?? 1;
    else if (predicted !== actual) errors += counts?.[i] ?? 1;
  }
  return (2 * hits) / (2 * hits + errors);
}

/** One tenth of the rows by predicted probability, the first being the most probable. */
export interface Decile {
  decile: number;
  rows: number;
  positives: number;
  mean_probability: number;
  /** Share of positives among the decile's rows. */
  rate: number;
  /** `rate` over the share of positives among all rows. */
  lift: number;
  /** Share of all positives that are in this decile or an earlier one. */
  gain: number;
}

/** The ten deciles, the most probable first; empty ones have no rate. */
export function deciles(ranked: Ranked, counts?: Counts): Decile[] {
  const total = ranked.labels.reduce((sum, label, i) => sum + label * (counts?.[i] ?? 1), 0);
  const size = counts ? counts.reduce((sum, count) => sum + count, 0) : ranked.n;
  const sums = Array.from({ length: 10 }, () => ({ rows: 0, positives: 0, probability: 0 }));
  let before = 0;
  for (let i = 0; i < ranked.n; i++) {
    const count = counts?.[i] ?? 1;
    if (count === 0) continue;
    const sum = sums[Math.min(9, Math.floor((10 * before) / size))]!;
    sum.rows += count;
    sum.positives += count * (ranked.labels[i] as number);
    sum.probability += count * (ranked.probabilities[i] as number);
    before += count;
  }
  let found = 0;
  return sums.map(({ rows, positives, probability }, k) => {
    found += positives;
    const rate = positives / rows;
    return {
      decile: k + 1,
      rows,
      positives,
      mean_probability: probability / rows,
      rate,
      lift: rate / (total / size),
      gain: found / total,
    };
  });
}

/** A decile with the bootstrap percentile intervals of its lift and gain. */
export interface DecileRow extends Decile {
  lift_low: number;
  lift_high: number;
  gain_low: number;
  gain_high: number;
}

/** The deciles with their intervals, all from the same resamples of the rows. */
export function decileRows(ranked: Ranked, options: BootstrapOptions): DecileRow[] {
  const statistics = (counts: Counts) => deciles(ranked, counts).flatMap(({ lift, gain }) => [lift, gain]);
  const intervals = bootstrap(ranked.n, statistics, options);
  return deciles(ranked).map((decile, k) => {
    const [lift, gain] = [intervals[2 * k]!, intervals[2 * k + 1]!];
    return { ...decile, lift_low: lift.low, lift_high: lift.high, gain_low: gain.low, gain_high: gain.high };
  });
}

/** Each metric of `metrics` with its bootstrap percentile interval, all from the same resamples of the rows. */
export function metricIntervals<Name extends string>(
  ranked: Ranked,
  metrics: Record<Name, Metric>,
  options: BootstrapOptions,
): Record<Name, Interval> {
  const names = Object.keys(metrics) as Name[];
  const statistics = (counts: Counts) => names.map((name) => metrics[name](ranked, counts));
  const intervals = bootstrap(ranked.n, statistics, options);
  return Object.fromEntries(names.map((name, k) => [name, intervals[k]])) as Record<Name, Interval>;
}

/** Counts of positives and negatives among rows of equal probability, the highest probability first. */
function* ties({ n, labels, probabilities }: Ranked, counts?: Counts) {
  for (let start = 0, end = 0; start < n; start = end) {
    let [positive, negative] = [0, 0];
    for (; end < n && probabilities[end] === probabilities[start]; end++) {
      const count = counts?.[end] ?? 1;
      if (labels[end] === 1) positive += count;
      else negative += count;
    }
    yield { positive, negative };
  }
}

function mean(ranked: Ranked, counts: Counts | undefined, f: (label: number, p: number) => number): number {
  let [sum, rows] = [0, 0];
  for (let i = 0; i < ranked.n; i++) {
    const count = counts?.[i] ?? 1;
    if (count === 0) continue;
    sum += count * f(ranked.labels[i] as number, ranked.probabilities[i] as number);
    rows += count;
  }
  return sum / rows;
}
