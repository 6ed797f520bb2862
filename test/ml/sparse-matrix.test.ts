import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  appendColumns,
  multiply,
  scaleColumns,
  scaleRows,
  transpose,
  type SparseMatrix,
} from "../../src/ml/sparse-matrix.js";

const cell = fc.oneof(fc.constant(0), fc.integer({ min: -9, max: 9 }));
const dense = fc
  .record({ rows: fc.integer({ min: 1, max: 8 }), columns: fc.integer({ min: 1, max: 8 }) })
  .chain(({ rows, columns }) =>
    fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  );

describe("a sparse matrix", () => {
  it("multiplies a vector as the dense matrix does", () => {
    fc.assert(
      fc.property(dense, (matrix) => {
        const vector = matrix[0]!.map((_, column) => column + 1);
        expect(Array.from(multiply(sparse(matrix), Float32Array.from(vector)))).toEqual(
          matrix.map((row) => row.reduce((sum, value, column) => sum + value * vector[column]!, 0)),
        );
      }),
    );
  });

  it("scales its rows as its transpose scales its columns", () => {
    fc.assert(
      fc.property(dense, (matrix) => {
        const factors = Float32Array.from(matrix, (_, row) => row + 1);
        const scaled = scaleRows(sparse(matrix), factors);
        expect(full(transpose(scaled))).toEqual(full(scaleColumns(transpose(sparse(matrix)), factors)));
      }),
    );
  });

  it("transposes", () => {
    fc.assert(
      fc.property(dense, (matrix) => {
        const transposed = matrix[0]!.map((_, column) => matrix.map((row) => row[column]!));
        expect(full(transpose(sparse(matrix)))).toEqual(transposed);
      }),
    );
  });

  it("has its columns multiplied by their factors", () => {
    const matrix = [
      [0, 2],
      [3, 4],
    ];
    expect(full(scaleColumns(sparse(matrix), Float32Array.of(10, -1)))).toEqual([
      [0, -2],
      [30, -4],
    ]);
  });

  it("takes dense columns to its right", () => {
    const matrix = [
      [0, 2],
      [3, 0],
    ];
    expect(full(appendColumns(sparse(matrix), Float32Array.of(5, 0, 7, 1), 2))).toEqual([
      [0, 2, 5, 0],
      [3, 0, 7, 1],
    ]);
  });
});

function sparse(matrix: number[][]): SparseMatrix {
  const entries = matrix.map((row) =>
    row.flatMap((value, column) => (value === 0 ? [] : [{ value, column }])),
  );
  const rowStarts = new Int32Array(matrix.length + 1);
  entries.forEach((row, index) => (rowStarts[index + 1] = rowStarts[index]! + row.length));
  return {
    rows: matrix.length,
    columns: matrix[0]!.length,
    rowStarts,
    columnIndices: Int32Array.from(entries.flat(), ({ column }) => column),
    values: Float32Array.from(entries.flat(), ({ value }) => value),
  };
}

function full({ rows, columns, rowStarts, columnIndices, values }: SparseMatrix): number[][] {
  return Array.from({ length: rows }, (_, row) => {
    const line = new Array<number>(columns).fill(0);
    for (let position = rowStarts[row]!; position < rowStarts[row + 1]!; position++) {
      line[columnIndices[position]!] = values[position]!;
    }
    return line;
  });
}
