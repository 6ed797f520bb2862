export type SymmetricMatrix = readonly (readonly number[])[];

/** The inverse of a symmetric matrix by Cholesky's decomposition; undefined where it is not positive definite. */
export function invertPositiveDefinite(matrix: SymmetricMatrix): number[][] | undefined {
  const factor = cholesky(matrix);
  if (!factor) return undefined;
  const n = matrix.length;
  const columns = Array.from({ length: n }, (_, unit) => {
    const column = Array.from({ length: n }, (_, row) => (row === unit ? 1 : 0));
    for (let row = 0; row < n; row++) {
      for (let k = 0; k < row; k++) column[row]! -= factor[row]![k]! * column[k]!;
      column[row]! /= factor[row]![row]!;
    }
    for (let row = n - 1; row >= 0; row--) {
      for (let k = row + 1; k < n; k++) column[row]! -= factor[k]![row]! * column[k]!;
      column[row]! /= factor[row]![row]!;
    }
    return column;
  });
  return columns;
}

/** The lower triangle L of matrix = L Lᵀ; undefined where the matrix is not positive definite. */
function cholesky(matrix: SymmetricMatrix): number[][] | undefined {
  const factor = matrix.map((row) => row.map(() => 0));
  for (let row = 0; row < matrix.length; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row]![column]!;
      for (let k = 0; k < column; k++) rest -= factor[row]![k]! * factor[column]![k]!;
      if (column < row) factor[row]![column] = rest / factor[column]![column]!;
      else if (rest > 0) factor[row]![row] = Math.sqrt(rest);
      else return undefined;
    }
  }
  return factor;
}

/** gᵀ M g: the variance of what has gradient `g` in parameters with covariance `M`. */
export function quadraticForm(matrix: SymmetricMatrix, vector: readonly number[]): number {
  let sum = 0;
  matrix.forEach((row, i) => row.forEach((value, j) => (sum += vector[i]! * value * vector[j]!)));
  return sum;
}
