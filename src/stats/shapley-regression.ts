import type { CrossProducts } from "./cross-products.js";

/** A linear regression whose explained variance is shared out among its regressors. */
export interface ShapleyRegression {
  /** Share of the variance that the columns always in explain, and that all columns do; NaN where the outcome never varies. */
  baseRSquared: number;
  rSquared: number;
  /** `p` parts of `rSquared - baseRSquared`, which they add up to. */
  shares: Float64Array;
  /** `p` slopes with all columns in the model; 0 for one that the others before it determine. */
  slopes: Float64Array;
}

/** The most regressors among which variance is shared out: there is a model for each of their 2^p subsets. */
export const mostRegressors = 16;

/** A column is determined by others when they leave less than this part of its sum of squares. */
const tolerance = 1e-9;

/**
 * What each regressor adds to R², averaged over all orders in which regressors can enter: the LMG measure (Lindeman, Merenda & Gold
 * 1980, p. 119), which is the Shapley value of R² (Lipovetsky & Conklin 2001). Correlated regressors share what they explain together.
 *
 * The models of all subsets come from one another by sweeping one column at a time (Furnival & Wilson 1974).
 *
 * @param products of `always + p + 1` columns: those always in the model, the constant 1 first; `p` regressors; the outcome
 */
export function shapleyRegression(products: CrossProducts, always: number): ShapleyRegression {
  const { d } = products;
  const p = d - always - 1;
  const outcome = d - 1;
  const diagonal = Float64Array.from({ length: d }, (_, k) => products.values[k * d + k]!);
  const swept = Float64Array.from(products.values);

  sweep(swept, d, 0, diagonal);
  const total = swept[outcome * d + outcome]!;
  if (!(total > tolerance * diagonal[outcome]!)) {
    const unknown = new Float64Array(p).fill(NaN);
    return { baseRSquared: NaN, rSquared: NaN, shares: unknown, slopes: unknown };
  }
  for (let k = 0; k < d; k++) diagonal[k] = swept[k * d + k]!;
  for (let k = 1; k < always; k++) sweep(swept, d, k, diagonal);
  const base = 1 - swept[outcome * d + outcome]! / total;

  const free = freeOf(swept, d, always, total);
  const shares = shareOut(
    free,
    p,
    Float64Array.from({ length: p }, (_, k) => tolerance * diagonal[always + k]!),
  );
  const entered = Array.from({ length: p }, (_, k) => sweep(swept, d, always + k, diagonal));
  const slopes = Float64Array.from({ length: p }, (_, k) =>
    entered[k] ? swept[(always + k) * d + outcome]! : 0,
  );
  return { baseRSquared: base, rSquared: 1 - swept[outcome * d + outcome]! / total, shares, slopes };
}

/** Sweeps column `k` in place (Goodnight 1979); false and unchanged where the swept columns determine it. */
function sweep(matrix: Float64Array, d: number, k: number, diagonal: Float64Array): boolean {
  const pivot = matrix[k * d + k]!;
  if (!(pivot > tolerance * diagonal[k]!) || diagonal[k] === 0) return false;
  for (let i = 0; i < d; i++) {
    if (i === k) continue;
    const factor = matrix[i * d + k]! / pivot;
    if (factor === 0) continue;
    for (let j = 0; j < d; j++) if (j !== k) matrix[i * d + j]! -= factor * matrix[k * d + j]!;
    matrix[i * d + k] = -factor;
  }
  for (let j = 0; j < d; j++) if (j !== k) matrix[k * d + j]! /= pivot;
  matrix[k * d + k] = 1 / pivot;
  return true;
}

/** The regressors and the outcome, `(p + 1) x (p + 1)`, free of what is always in; the outcome's variance is 1 in all. */
function freeOf(swept: Float64Array, d: number, always: number, total: number): Float64Array {
  const size = d - always;
  const free = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) free[i * size + j] = swept[(always + i) * d + always + j]!;
  }
  for (let i = 0; i < size; i++) {
    free[i * size + size - 1]! /= Math.sqrt(total);
    free[(size - 1) * size + i]! /= Math.sqrt(total);
  }
  return free;
}

/**
 * Walks all subsets of regressors, each once, from the smaller to the larger. A subset's matrix holds only the regressors that may still
 * enter after it, and the outcome. With R² counted from the base, the Shapley value of regressor i is the sum over subsets with i of
 * (entering + leaving weight) R², less the sum over all subsets of leaving weight times R².
 */
function shareOut(root: Float64Array, p: number, smallest: Float64Array): Float64Array {
  const entering = (size: number) => 1 / (p * binomial(p - 1, size - 1));
  const leaving = (size: number) => (size < p ? 1 / (p * binomial(p - 1, size)) : 0);
  const gained = Float64Array.from({ length: p + 1 }, (_, size) =>
    size === 0 ? 0 : entering(size) + leaving(size),
  );
  const lost = Float64Array.from({ length: p + 1 }, (_, size) => leaving(size));
  const matrices = Array.from({ length: p + 1 }, (_, depth) =>
    depth === 0 ? root : new Float64Array((p + 1 - depth) * (p + 1 - depth)),
  );
  const sums = new Float64Array(p);
  let without = 0;

  /** @returns the sum of `gained` times R² over the subset and all that extend it by later regressors */
  function visit(depth: number, first: number, explained: number): number {
    without += lost[depth]! * explained;
    let sum = gained[depth]! * explained;
    const size = p + 1 - first;
    const matrix = matrices[depth]!;
    const next = matrices[depth + 1]!;
    for (let place = 0; place < size - 1; place++) {
      const rest = size - place - 1;
      const pivot = matrix[place * size + place]!;
      const determined = !(pivot > smallest[first + place]!);
      const inverse = determined ? 0 : 1 / pivot;
      for (let i = 0; i < rest - 1; i++) {
        const from = (place + 1 + i) * size + place;
        const factor = matrix[from]! * inverse;
        for (let j = 0; j <= i; j++) {
          next[i * rest + j] = matrix[from + 1 + j]! - factor * matrix[(place + 1 + j) * size + place]!;
        }
      }
      const outcomeRow = (size - 1) * size;
      const covariance = matrix[outcomeRow + place]!;
      for (let j = 0; j < rest - 1; j++) {
        next[(rest - 1) * rest + j] =
          matrix[outcomeRow + place + 1 + j]! -
          covariance * inverse * matrix[(place + 1 + j) * size + place]!;
      }
      const below = visit(depth + 1, first + place + 1, explained + covariance * covariance * inverse);
      sums[first + place]! += below;
      sum += below;
    }
    return sum;
  }

  visit(0, 0, 0);
  return sums.map((sum) => sum - without);
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return value;
}
