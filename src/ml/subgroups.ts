import type { Counts, Interval } from "../stats/bootstrap.js";
import { brier, metricIntervals, rank, rocAuc, type Ranked } from "./metrics.js";
import { fewestOfClass } from "./thin-label.js";

/** How wrong a model is about one group of rows. */
export interface Subgroup {
  /** null for rows without a value. */
  level: string | null;
  rows: number;
  positives: number;
  /** Empty for a group with fewer than thirty rows of either class: too few to be told apart from chance, or from a person. */
  metrics: Partial<Record<SubgroupMetric, Interval>>;
}

export const subgroupMetrics = ["auc", "brier", "calibration_in_the_large"] as const;

export type SubgroupMetric = (typeof subgroupMetrics)[number];

/**
 * A model's error by the groups of one column, the largest group first, each measure with its bootstrap interval.
 *
 * @param labels `n` values, 1 positive, 0 negative
 * @param probabilities `n` predictions
 * @param levels `n` values of the column
 */
export function measureSubgroups(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  levels: readonly (string | null)[],
  { seed }: { seed: number | string },
): Subgroup[] {
  const rowsOf = new Map<string | null, number[]>();
  levels.forEach((level, row) => {
    const rows = rowsOf.get(level) ?? [];
    rows.push(row);
    rowsOf.set(level, rows);
  });
  return [...rowsOf]
    .map(([level, rows]) => {
      const own = rows.map((row) => labels[row]!);
      const positives = own.reduce((sum, label) => sum + label, 0);
      const isThin = Math.min(positives, rows.length - positives) < fewestOfClass;
      const ranked = rank(
        own,
        rows.map((row) => probabilities[row]!),
      );
      const metrics = isThin
        ? {}
        : metricIntervals(
            ranked,
            { auc: rocAuc, brier, calibration_in_the_large: calibrationInTheLarge },
            { seed: `${seed}/${level}` },
          );
      return { level, rows: rows.length, positives, metrics };
    })
    .sort((a, b) => b.rows - a.rows || (String(a.level) < String(b.level) ? -1 : 1));
}

/** Share of positives less mean probability: above zero where the model predicts too little (Steyerberg 2019, chapter 15). */
export function calibrationInTheLarge({ n, labels, probabilities }: Ranked, counts?: Counts): number {
  let [excess, rows] = [0, 0];
  for (let i = 0; i < n; i++) {
    const count = counts?.[i] ?? 1;
    excess += count * (labels[i]! - probabilities[i]!);
    rows += count;
  }
  return excess / rows;
}
