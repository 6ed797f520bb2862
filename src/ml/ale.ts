import { bootstrap, type BootstrapOptions, type Counts, type Interval } from "../stats/bootstrap.js";
import type { CategoryColumn, Frame, FrameColumn, NumberColumn } from "./frame.js";
import { orderLevels } from "./level-order.js";

/** What a column's value does to the predictions, against the column's mean effect. */
export interface LocalEffect {
  column: string;
  /** A number of a column of numbers, a category of one of categories; null where the value is missing. */
  value: number | string | null;
  effect: Interval;
  /** Rows with the category, or with a number above the value before and up to this one. */
  n: number;
}

/** Predictions of a frame's rows, on the scale on which effects are wanted, e.g. log-odds. */
export type Predict = (frame: Frame) => Promise<ArrayLike<number>>;

const intervals = 20;
const mostLevels = 20;

/**
 * Accumulated local effects (Apley & Zhu 2020, arXiv 1612.08468) of every column, on the scale of `predict`, with bootstrap
 * intervals over the rows; the model itself stays as it is.
 *
 * Unlike partial dependence they hold where columns are correlated, as a row is only ever moved to values next to its own.
 * Numbers move between quantiles, the observed values that cut the rows into up to 20 parts. Categories, of which the 20
 * most frequent are taken, move between neighbours in an order in which similar ones stand together (see `orderLevels`); the
 * missing value is one of them. For numbers the effect of a missing value is that of taking the value away.
 */
export async function accumulatedLocalEffects(
  frame: Frame,
  predict: Predict,
  options: BootstrapOptions,
): Promise<LocalEffect[]> {
  const predicted = await predict(frame);
  const effects: LocalEffect[] = [];
  for (const column of frame.columns) {
    const own = { ...options, seed: `${options.seed}/${column.name}` };
    const predictWith = (values: FrameColumn) => predict(replaceColumn(frame, values));
    effects.push(
      ...(column.kind === "number"
        ? await numberEffects(column, predicted, predictWith, own)
        : await categoryEffects(frame, column, predicted, predictWith, own)),
    );
  }
  return effects;
}

function replaceColumn(frame: Frame, column: FrameColumn): Frame {
  return {
    n: frame.n,
    columns: frame.columns.map((other) => (other.name === column.name ? column : other)),
  };
}

type PredictWith = (column: FrameColumn) => Promise<ArrayLike<number>>;

async function numberEffects(
  column: NumberColumn,
  predicted: ArrayLike<number>,
  predictWith: PredictWith,
  options: BootstrapOptions,
): Promise<LocalEffect[]> {
  const { name, values } = column;
  const edges = edgesOf(values);
  if (edges.length < 2) return [];
  // The least value belongs to the first interval.
  const part = values.map((x) =>
    Number.isNaN(x)
      ? NaN
      : Math.max(
          1,
          edges.findIndex((edge) => x <= edge),
        ),
  );
  const at = (shift: number) => values.map((x, i) => (Number.isNaN(x) ? x : edges[part[i]! + shift]!));
  const low = await predictWith({ ...column, values: at(-1) });
  const high = await predictWith({ ...column, values: at(0) });
  const rows = [...values.keys()].filter((row) => !Number.isNaN(values[row]));
  const hasMissing = rows.length < values.length;
  const without = hasMissing ? await predictWith({ ...column, values: values.map(() => NaN) }) : [];

  const statistics = (counts: Counts) => {
    const steps = meanPerPart(rows, counts, edges.length, (row) => [part[row]!, high[row]! - low[row]!]);
    const raw = accumulate(steps);
    const effectAt = (row: number) => {
      const upper = part[row]!;
      const share = (values[row]! - edges[upper - 1]!) / (edges[upper]! - edges[upper - 1]!);
      return raw[upper - 1]! + share * (raw[upper]! - raw[upper - 1]!);
    };
    const mean = meanOver(rows, counts, effectAt);
    const effects = raw.map((effect) => effect - mean);
    if (!hasMissing) return effects;
    const taken = meanOver(rows, counts, (row) => without[row]! - predicted[row]! + effectAt(row) - mean);
    return [...effects, taken];
  };
  const found = bootstrap(values.length, statistics, options);
  const n = edges.map((edge, k) => {
    const above = edges[k - 1] ?? -Infinity;
    return rows.filter((row) => values[row]! > above && values[row]! <= edge).length;
  });
  return found.map((effect, k) => ({
    column: name,
    value: edges[k] ?? null,
    effect,
    n: n[k] ?? values.length - rows.length,
  }));
}

/** Distinct observed values, from the least to the greatest, that cut the rows into parts of about one size. */
function edgesOf(values: Float64Array): number[] {
  const sorted = values.filter((x) => !Number.isNaN(x)).sort();
  if (sorted.length === 0) return [];
  const edges = Array.from(
    { length: intervals + 1 },
    (_, k) => sorted[Math.round((k * (sorted.length - 1)) / intervals)]!,
  );
  return [...new Set(edges)];
}

async function categoryEffects(
  frame: Frame,
  column: CategoryColumn,
  predicted: ArrayLike<number>,
  predictWith: PredictWith,
  options: BootstrapOptions,
): Promise<LocalEffect[]> {
  const { name, values } = column;
  const frequent = frequentLevels(values);
  const levels = orderLevels(
    frame,
    column,
    frequent.map(({ level }) => level),
  );
  if (levels.length < 2) return [];
  const rank = new Map(levels.map((level, k) => [level, k]));
  const rows = [...values.keys()].filter((row) => rank.has(values[row] ?? null));
  const rankOf = (row: number) => rank.get(values[row] ?? null)!;
  const moved = (shift: number) =>
    values.map((value) => {
      const own = rank.get(value);
      const target = own === undefined ? undefined : levels[own + shift];
      return target === undefined ? value : target;
    });
  const down = await predictWith({ ...column, values: moved(-1) });
  const up = await predictWith({ ...column, values: moved(1) });

  const statistics = (counts: Counts) => {
    const sums = levels.map(() => ({ total: 0, weight: 0 }));
    for (const row of rows) {
      const own = rankOf(row);
      const weight = counts[row]!;
      const add = (step: number, difference: number) => {
        sums[step]!.total += weight * difference;
        sums[step]!.weight += weight;
      };
      if (own > 0) add(own, predicted[row]! - down[row]!);
      if (own + 1 < levels.length) add(own + 1, up[row]! - predicted[row]!);
    }
    const raw = accumulate(sums.map(({ total, weight }) => total / weight));
    const mean = meanOver(rows, counts, (row) => raw[rankOf(row)]!);
    return raw.map((effect) => effect - mean);
  };
  const found = bootstrap(values.length, statistics, options);
  return frequent.map(({ level, n }) => ({
    column: name,
    value: level,
    effect: found[rank.get(level)!]!,
    n,
  }));
}

function frequentLevels(values: readonly (string | null)[]): { level: string | null; n: number }[] {
  const counts = new Map<string | null, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([level, n]) => ({ level, n }))
    .sort((a, b) => b.n - a.n || ((a.level ?? "") < (b.level ?? "") ? -1 : 1))
    .slice(0, mostLevels);
}

/** Per part, the mean of what its rows give; NaN for one without rows. */
function meanPerPart(
  rows: readonly number[],
  counts: Counts,
  parts: number,
  give: (row: number) => [part: number, value: number],
): number[] {
  const [totals, weights] = [new Float64Array(parts), new Float64Array(parts)];
  for (const row of rows) {
    const [part, value] = give(row);
    totals[part]! += counts[row]! * value;
    weights[part]! += counts[row]!;
  }
  return Array.from(totals, (total, part) => total / weights[part]!);
}

/** Sums of the steps from the second on; the first value has the effect 0. */
function accumulate(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((step, k) => (sum = k === 0 ? 0 : sum + step));
}

function meanOver(rows: readonly number[], counts: Counts, value: (row: number) => number): number {
  let [total, weight] = [0, 0];
  for (const row of rows) {
    if (counts[row] === 0) continue;
    total += counts[row]! * value(row);
    weight += counts[row]!;
  }
  return total / weight;
}
