import type { DesignMatrix } from "./design-matrix.js";
import { poissonRegression, predictPoisson } from "./poisson-regression.js";

/** What stands to be expected of each day's count from the days before it: arrays of `n` days. */
export interface CountBaseline {
  /** By weekday, season and exposures; times the level it is the expected count. */
  shape: Float64Array;
  /** Counts of the days before, those of four weeks ago weighing half, and their shapes: the level is about the one by the other. */
  seen: Float64Array;
  due: Float64Array;
  /** α: the variance of the count is μ + αμ². */
  dispersion: Float64Array;
  /** Of the shape's regression, for the next one to begin with. */
  coefficients: Float64Array;
}

/** Days after which a count weighs half in the level. */
const halfLifeDays = 28;
/** Shape and dispersion are learnt from at most so many days. */
const mostDays = 731;
/** From here on a yearly season can be told from a trend. */
const daysForSeason = 548;
/** Events that are taken to have been seen besides. */
const priorCounts = 0.5;
/** The dispersion that is assumed before one is seen, and the sum of squared expected counts that it is worth. */
const priorDispersion = { value: 0.25, weight: 10 };

/**
 * Baseline of the days up to `end`, learnt from those before `start`; level and dispersion of each day
 * from the days before it.
 * Season, weekday and exposure act as in Farrington et al. (1996, J. R. Stat. Soc. A 159) and Noufaily et al. (2013,
 * Statistics in Medicine 32), the level as an exponentially weighted mean.
 *
 * @param counts of days; NaN where nothing was recorded
 * @param design from `calendarDesign`, of at least `end` days
 * @param earlier coefficients to begin with
 * @returns arrays of `end` days, of which those before the first that is learnt from are NaN
 */
export function countBaseline(
  counts: Float64Array,
  design: DesignMatrix,
  { start, end }: { start: number; end: number },
  earlier?: Float64Array,
): CountBaseline {
  const first = Math.max(0, start - mostDays);
  const learnt = rows(design, first, start, start - first >= daysForSeason);
  const { coefficients } = poissonRegression(
    learnt,
    counts.subarray(first, start),
    earlier ? { start: earlier } : {},
  );
  const expected = predictPoisson(rows(design, first, end, true), coefficients);
  const shape = new Float64Array(end).fill(NaN);
  const seen = new Float64Array(end).fill(NaN);
  const due = new Float64Array(end).fill(NaN);
  const dispersion = new Float64Array(end).fill(NaN);
  const least = priorCounts / (start - first);
  const decay = 0.5 ** (1 / halfLifeDays);
  let [counted, shaped, excess, squares] = [priorCounts, priorCounts, 0, 0];
  for (let day = first; day < end; day++) {
    shape[day] = Math.max(expected[day - first]!, least);
    seen[day] = counted;
    due[day] = shaped;
    dispersion[day] = Math.max(
      0,
      (excess + priorDispersion.value * priorDispersion.weight) / (squares + priorDispersion.weight),
    );
    const count = counts[day]!;
    if (Number.isNaN(count)) continue;
    const mean = (shape[day]! * counted) / shaped;
    excess += (count - mean) ** 2 - mean;
    squares += mean ** 2;
    counted = priorCounts + decay * (counted - priorCounts + count);
    shaped = priorCounts + decay * (shaped - priorCounts + shape[day]!);
  }
  return { shape, seen, due, dispersion, coefficients };
}

/** Rows `from` to `to` of a design, without the yearly season where it cannot be learnt yet. */
function rows(
  { d, names, values }: DesignMatrix,
  from: number,
  to: number,
  hasSeason: boolean,
): DesignMatrix {
  const part = values.subarray(from * d, to * d);
  if (hasSeason) return { n: to - from, d, names, values: part };
  return {
    n: to - from,
    d,
    names,
    values: part.map((value, at) => (at % d < d - seasons.length ? value : 0)),
  };
}

const weekdays = ["Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const seasons = ["season, sine", "season, cosine"];

/**
 * Exposures, weekday and season as regressors of daily counts.
 *
 * @param firstDay in days since 1970-01-01
 * @param exposures numbers of each day, 0 or more, such as orders: counts grow with a power of each
 */
export function calendarDesign(firstDay: number, exposures: readonly Float64Array[]): DesignMatrix {
  const names = ["intercept", ...exposures.map((_, k) => `exposure ${k + 1}`), ...weekdays, ...seasons];
  const [n, d] = [exposures[0]?.length ?? 0, names.length];
  const values = new Float64Array(n * d);
  for (let row = 0; row < n; row++) {
    const day = firstDay + row;
    const at = row * d;
    values[at] = 1;
    exposures.forEach((exposure, k) => (values[at + 1 + k] = Math.log(exposure[row]! + 1)));
    // 1970-01-01 was a Thursday.
    const weekday = (((day + 3) % 7) + 7) % 7;
    if (weekday > 0) values[at + exposures.length + weekday] = 1;
    const turn = (2 * Math.PI * day) / 365.25;
    values[at + d - 2] = Math.sin(turn);
    values[at + d - 1] = Math.cos(turn);
  }
  return { n, d, names, values };
}
