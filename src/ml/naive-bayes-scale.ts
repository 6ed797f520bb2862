import type { SparseMatrix } from "./sparse-matrix.js";

/**
 * Column scales that favour n-grams which tell the classes apart: sqrt(1 + r^2 / s^2), r being the log ratio of a
 * column's smoothed share among the positive and the negative texts (Wang & Manning, "Baselines and Bigrams", ACL 2012)
 * and s^2 the mean of |x * r|^2 over the rows x. Unlike x * r itself, a column with r = 0 stays as it is.
 *
 * The columns from `start` to `end` of the features are one block, scaled on its own.
 */
export function naiveBayesScale(
  features: SparseMatrix,
  labels: Uint8Array,
  { start, end }: { start: number; end: number },
): Float32Array {
  const ratio = logRatios(features, labels, { start, end });
  let squares = 0;
  features.columnIndices.forEach((column, position) => {
    if (column >= start && column < end)
      squares += (features.values[position]! * ratio[column - start]!) ** 2;
  });
  const meanSquare = squares / features.rows;
  return Float32Array.from(ratio, (r) => (meanSquare > 0 ? Math.sqrt(1 + r ** 2 / meanSquare) : 1));
}

function logRatios(
  features: SparseMatrix,
  labels: Uint8Array,
  { start, end }: { start: number; end: number },
): Float64Array {
  const positive = new Float64Array(end - start).fill(1);
  const negative = new Float64Array(end - start).fill(1);
  for (let row = 0; row < features.rows; row++) {
    const counts = labels[row] === 1 ? positive : negative;
    for (let position = features.rowStarts[row]!; position < features.rowStarts[row + 1]!; position++) {
      const column = features.columnIndices[position]!;
      if (column >= start && column < end) counts[column - start]!++;
    }
  }
  const shift = Math.log(total(negative) / total(positive));
  return positive.map((count, column) => Math.log(count / negative[column]!) + shift);
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
