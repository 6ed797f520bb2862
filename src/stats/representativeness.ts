import type { DesignMatrix } from "./design-matrix.js";

/** How far those who answered are from all who were asked in one column of facts. */
export interface Representativeness {
  column: string;
  /** Mean of those who answered less the mean of all, in standard deviations of all; unweighted and weighted. */
  before: number;
  after: number;
}

/**
 * Standardised differences between those who answered and all who were asked (Austin & Stuart 2015): weights that do their work
 * bring them to nearly 0.
 *
 * @param answered `n` values: 1 who answered, 0 who did not
 * @param weights `n` weights, 0 for those who did not answer
 */
export function representativeness(
  design: DesignMatrix,
  answered: Float64Array,
  weights: Float64Array,
): Representativeness[] {
  const all = columnMoments(design);
  const unweighted = columnMoments(design, answered);
  const weighted = columnMoments(design, weights);
  return design.names.slice(1).map((column, index) => {
    const k = index + 1;
    const deviation = Math.sqrt(Math.max(all.squares[k]! - all.means[k]! ** 2, 0));
    const distance = ({ means }: { means: Float64Array }) =>
      deviation > 0 ? (means[k]! - all.means[k]!) / deviation : 0;
    return { column, before: distance(unweighted), after: distance(weighted) };
  });
}

/** Weighted means of the columns and of their squares. */
function columnMoments({ n, d, values }: DesignMatrix, weights?: Float64Array) {
  const means = new Float64Array(d);
  const squares = new Float64Array(d);
  let total = 0;
  for (let row = 0; row < n; row++) {
    const weight = weights ? weights[row]! : 1;
    if (weight === 0) continue;
    total += weight;
    for (let k = 0; k < d; k++) {
      const x = values[row * d + k]!;
      means[k]! += weight * x;
      squares[k]! += weight * x * x;
    }
  }
  return { means: means.map((sum) => sum / total), squares: squares.map((sum) => sum / total) };
}
