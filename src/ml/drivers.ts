import { bootstrap, type BootstrapOptions, type Counts, type Interval } from "../stats/bootstrap.js";
import { midranks } from "../stats/ranks.js";
import type { Explanation } from "./explanation.js";
import type { Frame, FrameColumn } from "./frame.js";

/** What a column does to the predictions of a whole model. Contributions are in log-odds. */
export interface Driver {
  column: string;
  /** Mean over rows of the contribution's size. */
  importance: Interval;
  /** For numbers: the rank correlation of value and contribution, +1 where more of it means a higher prediction. */
  direction: Interval | undefined;
  /** For categories: the mean contribution of each, the most frequent first; null stands for missing. */
  levels: { level: string | null; rows: number; contribution: Interval }[];
}

const mostLevels = 20;

/**
 * The columns that drive a model, the most important first, with bootstrap intervals over the explained rows.
 *
 * @param frame the rows that were explained.
 */
export function globalDrivers(explanation: Explanation, frame: Frame, options: BootstrapOptions): Driver[] {
  const byName = new Map(frame.columns.map((column) => [column.name, column]));
  return explanation.columns
    .map((name, index) => {
      const contributions = contributionsOf(explanation, index);
      return driverOf(byName.get(name)!, contributions, { ...options, seed: `${options.seed}/${name}` });
    })
    .sort((a, b) => b.importance.value - a.importance.value);
}

/** One column's contribution to each row. */
export function contributionsOf({ n, columns, contributions }: Explanation, index: number): Float64Array {
  return Float64Array.from({ length: n }, (_, row) => contributions[row * columns.length + index]!);
}

function driverOf(column: FrameColumn, contributions: Float64Array, options: BootstrapOptions): Driver {
  const sizes = contributions.map(Math.abs);
  const importance = (counts: Counts) => weightedMean(sizes, counts);
  if (column.kind === "category") {
    const levels = frequentLevels(column.values).map(({ level, rows }) => ({
      level,
      rows,
      isIn: Float64Array.from(column.values, (value) => Number(value === level)),
    }));
    const [overall, ...means] = bootstrap(
      contributions.length,
      (counts) => [
        importance(counts),
        ...levels.map(({ isIn }) => weightedMean(contributions, counts, isIn)),
      ],
      options,
    );
    return {
      column: column.name,
      importance: overall!,
      direction: undefined,
      levels: levels.map(({ level, rows }, k) => ({ level, rows, contribution: means[k]! })),
    };
  }
  const present = Float64Array.from(column.values, (value) => Number(!Number.isNaN(value)));
  const [valueRanks, contributionRanks] = [midranks(column.values), midranks(contributions)];
  const [overall, direction] = bootstrap(
    contributions.length,
    (counts) => [importance(counts), correlation(valueRanks, contributionRanks, counts, present)],
    options,
  );
  return { column: column.name, importance: overall!, direction: direction!, levels: [] };
}

function frequentLevels(values: readonly (string | null)[]): { level: string | null; rows: number }[] {
  const counts = new Map<string | null, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([level, rows]) => ({ level, rows }))
    .sort((a, b) => b.rows - a.rows || ((a.level ?? "") < (b.level ?? "") ? -1 : 1))
    .slice(0, mostLevels);
}

function weightedMean(values: Float64Array, counts: Counts, isIn?: Float64Array): number {
  let [sum, rows] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const count = counts[i]! * (isIn?.[i] ?? 1);
    sum += count * values[i]!;
    rows += count;
  }
  return sum / rows;
}

/** Pearson's correlation among the rows that are in; 0 where either does not vary. */
function correlation(x: Float64Array, y: Float64Array, counts: Counts, isIn: Float64Array): number {
  const [meanX, meanY] = [weightedMean(x, counts, isIn), weightedMean(y, counts, isIn)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const count = counts[i]! * isIn[i]!;
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xx += count * dx * dx;
    yy += count * dy * dy;
    xy += count * dx * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}
