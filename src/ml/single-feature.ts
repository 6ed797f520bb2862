import type { FrameColumn } from "./frame.js";
import { rank, rocAuc } from "./metrics.js";

const bins = 20;
/** Rows of the overall rate that each bin is mixed with: what is rare says little. */
const priorRows = 10;

/**
 * How well one feature alone ranks rows that it was not looked at on: the AUC, on the validation rows, of the share of
 * positives among the training rows in the same bin. Numbers are cut at their 20-quantiles, categories at their values, and a
 * missing value is a bin of its own, so neither direction nor shape matters.
 *
 * @param labels of all rows, 1 or 0
 * @returns 0.5 where it says nothing; NaN where the validation rows are of one class
 */
export function singleFeatureAuc(
  column: FrameColumn,
  labels: ArrayLike<number>,
  train: Uint32Array,
  validation: Uint32Array,
): number {
  const binOf = binning(column, train);
  const counts = new Map<string, { rows: number; positives: number }>();
  let positives = 0;
  for (const row of train) {
    const bin = binOf(row);
    const count = counts.get(bin) ?? { rows: 0, positives: 0 };
    count.rows++;
    count.positives += labels[row] ?? 0;
    positives += labels[row] ?? 0;
    counts.set(bin, count);
  }
  const rate = positives / train.length;
  const rates = Array.from(validation, (row) => {
    const count = counts.get(binOf(row));
    return count ? (count.positives + priorRows * rate) / (count.rows + priorRows) : rate;
  });
  return rocAuc(
    rank(
      Array.from(validation, (row) => labels[row] ?? 0),
      rates,
    ),
  );
}

function binning(column: FrameColumn, train: Uint32Array): (row: number) => string {
  if (column.kind === "category") {
    const { values } = column;
    return (row) => (values[row] === null || values[row] === undefined ? "missing" : `=${values[row]}`);
  }
  const { values } = column;
  const sorted = Float64Array.from(train, (row) => values[row] ?? NaN)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const edges = new Set(
    Array.from(
      { length: bins - 1 },
      (_, index) => sorted[Math.floor((sorted.length * (index + 1)) / bins)] ?? NaN,
    ),
  );
  const cuts = [...edges];
  return (row) => {
    const value = values[row] ?? NaN;
    if (Number.isNaN(value)) return "missing";
    let bin = 0;
    while (bin < cuts.length && value >= (cuts[bin] ?? Infinity)) bin++;
    return String(bin);
  };
}
