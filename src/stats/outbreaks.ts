import { growthEvidence, type DailyCounts, type GrowthEvidence } from "./growth-detector.js";

/** The test of one series among many: arrays of its days. */
export interface SeriesTest extends GrowthEvidence {
  /** The first day, by index, on which the series is watched; its number of days where it never is. */
  watchedFrom: number;
  /**
   * Days that pass on average, at least, until any of the series that are watched shows as much by chance. A day with
   * `onceInDays` of `c` or more is an alarm, where false ones may come once in `c` days. 0 while it is not watched.
   */
  onceInDays: Float64Array;
}

/** Daily counts, and the family of series to which they belong. */
export interface FamilyCounts extends DailyCounts {
  family: string;
}

export interface OutbreakOptions {
  /** Days before a series is tested. */
  learnDays: number;
  /** Events before a series is watched. */
  minCount: number;
}

/**
 * Tests many daily counts for growth at one false-alarm rate: families have equal shares of it, and so have the series of a
 * family that are watched by then (Bonferroni's inequality). It holds whether or not series move together.
 */
export function outbreaks(
  series: readonly FamilyCounts[],
  { learnDays, minCount }: OutbreakOptions,
): SeriesTest[] {
  const starts = series.map(({ counts }) => Math.max(learnDays, reached(counts, minCount)));
  const families = [...new Set(series.map(({ family }) => family))];
  const watched = new Map(
    families.map((family) => {
      const days = starts.map((start, index) => series[index]!.firstDay + start);
      return [family, countUpTo(days.filter((_, index) => series[index]!.family === family))];
    }),
  );
  return series.map((one, index) => {
    const watchedFrom = starts[index]!;
    const found = growthEvidence(one, watchedFrom);
    const others = watched.get(one.family)!;
    const onceInDays = found.evidence.map((value, day) =>
      day < watchedFrom ? 0 : value / (families.length * others(one.firstDay + day)),
    );
    return { ...found, watchedFrom, onceInDays };
  });
}

/** The day, by index, on which the counts have summed up to `total`. */
function reached(counts: Float64Array, total: number): number {
  let sum = 0;
  const day = counts.findIndex((count) => (sum += Number.isNaN(count) ? 0 : count) >= total);
  return day === -1 ? counts.length : day;
}

/** How many of some numbers are at most a value. */
function countUpTo(numbers: readonly number[]): (value: number) => number {
  const sorted = Float64Array.from(numbers).sort();
  return (value) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
