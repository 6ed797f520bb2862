import type { DesignMatrix } from "./design-matrix.js";

/** The values of a design's rows other than 0: most are, where facts are categories. */
export interface SparseRows {
  n: number;
  /** `n + 1`: where each row begins in the two below, and after the last where it ends. */
  starts: Int32Array;
  /** Columns, ascending within a row. */
  columns: Int32Array;
  values: Float64Array;
}

/** Some rows of a design, by their numbers. */
export function sparseRows({ d, values }: DesignMatrix, rows: Int32Array): SparseRows {
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, index) => {
    let count = 0;
    for (let at = row * d; at < (row + 1) * d; at++) if (values[at] !== 0) count++;
    starts[index + 1] = starts[index]! + count;
  });
  const size = starts[rows.length]!;
  const sparse = {
    n: rows.length,
    starts,
    columns: new Int32Array(size),
    values: new Float64Array(size),
  };
  let next = 0;
  for (const row of rows) {
    for (let k = 0; k < d; k++) {
      const value = values[row * d + k]!;
      if (value === 0) continue;
      sparse.columns[next] = k;
      sparse.values[next++] = value;
    }
  }
  return sparse;
}
