/** A sparse matrix of `rows x columns` in compressed sparse row (CSR) form. */
export interface SparseMatrix {
  rows: number;
  columns: number;
  /** `rows + 1` positions: row i is at `rowStarts[i]` up to `rowStarts[i + 1]`. */
  rowStarts: Int32Array;
  columnIndices: Int32Array;
  values: Float32Array;
}

export function transpose(matrix: SparseMatrix): SparseMatrix {
  const { rows, columns, rowStarts, columnIndices, values } = matrix;
  const starts = new Int32Array(columns + 1);
  for (const column of columnIndices) starts[column + 1] = starts[column + 1]! + 1;
  for (let column = 0; column < columns; column++) {
    starts[column + 1] = starts[column + 1]! + starts[column]!;
  }
  const next = starts.slice();
  const transposed = new Float32Array(values.length);
  const rowIndices = new Int32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const end = rowStarts[row + 1]!;
    for (let position = rowStarts[row]!; position < end; position++) {
      const column = columnIndices[position]!;
      const target = next[column]!;
      next[column] = target + 1;
      rowIndices[target] = row;
      transposed[target] = values[position]!;
    }
  }
  return { rows: columns, columns: rows, rowStarts: starts, columnIndices: rowIndices, values: transposed };
}

/** The product with a vector of length `columns`, added up in double precision. */
export function multiply(matrix: SparseMatrix, vector: Float32Array): Float32Array {
  const { rows, rowStarts, columnIndices, values } = matrix;
  const product = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const end = rowStarts[row + 1]!;
    let sum = 0;
    for (let position = rowStarts[row]!; position < end; position++) {
      sum += values[position]! * vector[columnIndices[position]!]!;
    }
    product[row] = sum;
  }
  return product;
}

/** The matrix with each column multiplied by its factor, of which there are `columns`. */
export function scaleColumns(matrix: SparseMatrix, factors: Float32Array): SparseMatrix {
  const values = matrix.values.map((value, position) => value * factors[matrix.columnIndices[position]!]!);
  return { ...matrix, values };
}

/** The matrix with each row multiplied by its factor, of which there are `rows`. */
export function scaleRows(matrix: SparseMatrix, factors: Float32Array): SparseMatrix {
  const values = matrix.values.slice();
  for (let row = 0; row < matrix.rows; row++) {
    const end = matrix.rowStarts[row + 1]!;
    for (let position = matrix.rowStarts[row]!; position < end; position++)
      values[position]! *= factors[row]!;
  }
  return { ...matrix, values };
}

/** The matrix with `width` dense columns to its right; `block` is `rows x width`, row after row. */
export function appendColumns(matrix: SparseMatrix, block: Float32Array, width: number): SparseMatrix {
  const { rows, columns, rowStarts, columnIndices, values } = matrix;
  const size = values.length + rows * width;
  const widened = {
    rows,
    columns: columns + width,
    rowStarts: rowStarts.map((start, row) => start + row * width),
    columnIndices: new Int32Array(size),
    values: new Float32Array(size),
  };
  for (let row = 0; row < rows; row++) {
    const [start, end] = [rowStarts[row]!, rowStarts[row + 1]!];
    widened.columnIndices.set(columnIndices.subarray(start, end), start + row * width);
    widened.values.set(values.subarray(start, end), start + row * width);
    for (let column = 0; column < width; column++) {
      widened.columnIndices[end + row * width + column] = columns + column;
      widened.values[end + row * width + column] = block[row * width + column]!;
    }
  }
  return widened;
}
