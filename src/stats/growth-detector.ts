import { calendarDesign, countBaseline, type CountBaseline } from "./count-baseline.js";

/** Growth that is looked for: counts are at once `jump` times what they were, and double every `doublingDays`. */
interface Growth {
  jump: number;
  doublingDays: number;
}

/** One series, day by day: arrays of `n` days. */
export interface DailyCounts {
  /** In days since 1970-01-01. */
  firstDay: number;
  /** NaN where nothing was recorded. */
  counts: Float64Array;
  /** What counts grow with, such as orders. */
  exposures: readonly Float64Array[];
}

export interface GrowthEvidence {
  /** The detector's value after each day, 0 while it learns. */
  evidence: Float64Array;
  /** Index of the day on which the growth most likely began, -1 while it learns. */
  start: Int32Array;
  /** Count that stood to be expected of each day, by what was known the day before; NaN while it learns. */
  expected: Float64Array;
  /** α of each day: the variance of its count is μ + αμ². NaN while it learns. */
  dispersion: Float64Array;
  /** Counts from `start` to the day, and those that stood to be expected of them; NaN while it learns. */
  countsSince: Float64Array;
  expectedSince: Float64Array;
}

/** Growth that begins earlier is either found by now or part of the level. */
const watchedDays = 28;
/** What is looked for: at least twice the usual. A level that is off by a third looks like none of it. */
const growths: readonly Growth[] = [
  { jump: 2, doublingDays: 7 },
  { jump: 2, doublingDays: 28 },
];
/** Shapes are learnt anew every so many days, counted from 1970-01-01, so that another night learns the same. */
const relearnDays = 56;
/** The most that a day's count says for twice the usual, as a logarithm: a wave takes several days. */
const mostLogRatio = 5;
/** Counts of more than so many times the usual are not looked for. */
const mostTimes = 20;

/**
 * Evidence of growth, each day from that day and earlier ones alone: the statistic of Shiryaev and Roberts over likelihood
 * ratios of counts against a baseline with weekday, season and exposures (Höhle & Paul 2008, Computational Statistics & Data
 * Analysis 52), averaged over kinds of growth and summed over the days on which it may have begun. The level before that day
 * is integrated out by its gamma posterior, overdispersion divides the logarithm (quasi-likelihood).
 *
 * Where the baseline is right its mean grows by at most 1 a day, so that crossing `c` takes on average at least `c` days, and
 * at least `c` for any of `k` series with the bar at `k c`, however they depend on each other (Shin, Ramdas & Rinaldo 2024,
 * "E-detectors", New England J. Statist. Data Sci. 2).
 *
 * @param learnDays before a series is tested
 */
export function growthEvidence(
  { firstDay, counts, exposures }: DailyCounts,
  learnDays: number,
): GrowthEvidence {
  const n = counts.length;
  const design = calendarDesign(firstDay, exposures);
  const result: GrowthEvidence = {
    evidence: new Float64Array(n),
    start: new Int32Array(n).fill(-1),
    expected: new Float64Array(n).fill(NaN),
    dispersion: new Float64Array(n).fill(NaN),
    countsSince: new Float64Array(n).fill(NaN),
    expectedSince: new Float64Array(n).fill(NaN),
  };
  let coefficients: Float64Array | undefined;
  for (let start = learnDays; start < n;) {
    const end = Math.min(n, start + relearnDays - ((firstDay + start) % relearnDays));
    const baseline = countBaseline(counts, design, { start, end }, coefficients);
    coefficients = baseline.coefficients;
    const candidates = new Candidates(baseline);
    // What has been seen already is weighed by the new shape.
    for (let day = Math.max(learnDays, start - watchedDays + 1); day < end; day++) {
      candidates.observe(day, counts[day]!);
      if (day >= start) record(result, day, baseline, candidates.summary());
    }
    start = end;
  }
  return result;
}

function record(
  result: GrowthEvidence,
  day: number,
  { shape, seen, due, dispersion }: CountBaseline,
  { total, start, counted, shaped }: Summary,
): void {
  result.evidence[day] = total;
  result.start[day] = start;
  result.expected[day] = (shape[day]! * seen[day]!) / due[day]!;
  result.dispersion[day] = dispersion[day]!;
  result.countsSince[day] = counted;
  result.expectedSince[day] = (shaped * seen[start]!) / due[start]!;
}

/** `start` is the likeliest day of its beginning, since when `counted` events were seen, on days with `shaped` as sum of shapes. */
interface Summary {
  total: number;
  start: number;
  counted: number;
  shaped: number;
}

/** A day on which growth may have begun, and what was seen from then on. */
interface Candidate {
  start: number;
  /** Factor of the logarithms, for overdispersion. */
  scale: number;
  counted: number;
  /** The same with counts that stand out cut back. */
  winsorised: number;
  shaped: number;
  /** For each growth: the sum of shapes times multiples, and of counts times logarithms of multiples. */
  grown: Float64Array;
  logs: Float64Array;
}

const multiples = growths.map(({ jump, doublingDays }) =>
  Float64Array.from({ length: watchedDays }, (_, age) =>
    Math.min(mostTimes, jump * 2 ** (age / doublingDays)),
  ),
);
const logMultiples = multiples.map((values) => values.map(Math.log));

/** The days on which growth may have begun. */
class Candidates {
  readonly #baseline: CountBaseline;
  #candidates: Candidate[] = [];

  constructor(baseline: CountBaseline) {
    this.#baseline = baseline;
  }

  /** Adds a day; one that was not recorded says nothing. */
  observe(day: number, count: number): void {
    const { shape, seen, due, dispersion } = this.#baseline;
    const expected = (shape[day]! * seen[day]!) / due[day]!;
    this.#candidates.push({
      start: day,
      scale: 1 / (1 + dispersion[day]! * expected),
      counted: 0,
      winsorised: 0,
      shaped: 0,
      grown: new Float64Array(growths.length),
      logs: new Float64Array(growths.length),
    });
    if (this.#candidates.length > watchedDays) this.#candidates.shift();
    if (Number.isNaN(count)) return;
    for (const candidate of this.#candidates) {
      const { start, grown, logs } = candidate;
      const usual = (shape[day]! * seen[start]!) / due[start]!;
      const winsorised = Math.min(count, (mostLogRatio + usual) / Math.LN2);
      candidate.counted += count;
      candidate.winsorised += winsorised;
      candidate.shaped += shape[day]!;
      for (let growth = 0; growth < growths.length; growth++) {
        grown[growth]! += shape[day]! * multiples[growth]![day - start]!;
        logs[growth]! += winsorised * logMultiples[growth]![day - start]!;
      }
    }
  }

  summary(): Summary {
    const { seen, due } = this.#baseline;
    let total = 0;
    let mostLog = -Infinity;
    let best: Candidate | undefined;
    for (const candidate of this.#candidates) {
      const { start, scale, winsorised, shaped, grown, logs } = candidate;
      for (let growth = 0; growth < growths.length; growth++) {
        const shrunk = Math.log((due[start]! + grown[growth]!) / (due[start]! + shaped));
        const log = scale * (logs[growth]! - (seen[start]! + winsorised) * shrunk);
        total += Math.exp(log) / growths.length;
        if (log > mostLog) [best, mostLog] = [candidate, log];
      }
    }
    return { total, start: best?.start ?? -1, counted: best?.counted ?? NaN, shaped: best?.shaped ?? NaN };
  }
}
