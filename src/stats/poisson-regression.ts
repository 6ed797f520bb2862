import type { DesignMatrix } from "./design-matrix.js";
import { invertPositiveDefinite } from "./positive-definite.js";

export interface PoissonFit {
  /** `d` weights: the logarithm of a row's expected count is its product with them. */
  coefficients: Float64Array;
  /** `d x d`: the inverse of the penalised information, for counts without overdispersion. */
  covariance: number[][];
  converged: boolean;
}

export interface PoissonOptions {
  /** Penalty on half the squared coefficients but the intercept's. Default 1. */
  ridge?: number;
  /** `d` coefficients to begin with, such as those of a fit to fewer rows. */
  start?: Float64Array;
}

const mostSteps = 30;
const tolerance = 1e-6;
/** Beyond this the exponential says nothing more. */
const largestLog = 30;

/**
 * Poisson regression with a logarithmic link by Newton's method (McCullagh & Nelder 1989, chapter 6) with a ridge penalty;
 * steps that overshoot are halved. Rows whose count is NaN are left out.
 *
 * @param counts `n` counts, from 0
 */
export function poissonRegression(
  design: DesignMatrix,
  counts: ArrayLike<number>,
  { ridge = 1, start }: PoissonOptions = {},
): PoissonFit {
  const { n, d, values } = design;
  let coefficients = levelled(design, counts, start ?? new Float64Array(d));
  let covariance: number[][] = [];
  let converged = false;
  let loss = penalisedLoss(design, coefficients, counts, ridge);
  for (let step = 0; step < mostSteps && !converged; step++) {
    const gradient = new Float64Array(d);
    const information = Array.from({ length: d }, () => new Array<number>(d).fill(0));
    for (let row = 0; row < n; row++) {
      const count = counts[row]!;
      if (Number.isNaN(count)) continue;
      const at = row * d;
      const expected = Math.exp(logExpected(design, coefficients, row));
      for (let j = 0; j < d; j++) {
        const x = values[at + j]!;
        if (x === 0) continue;
        gradient[j]! += (count - expected) * x;
        const scaled = expected * x;
        const line = information[j]!;
        for (let k = 0; k <= j; k++) line[k]! += scaled * values[at + k]!;
      }
    }
    for (let j = 0; j < d; j++) {
      for (let k = j + 1; k < d; k++) information[j]![k] = information[k]![j]!;
      if (j > 0) {
        gradient[j]! -= ridge * coefficients[j]!;
        information[j]![j]! += ridge;
      }
      information[j]![j]! += 1e-9;
    }
    const inverse = invertPositiveDefinite(information);
    if (!inverse) break;
    covariance = inverse;
    const direction = inverse.map((row) => row.reduce((sum, value, k) => sum + value * gradient[k]!, 0));
    const decrement = direction.reduce((sum, value, k) => sum + value * gradient[k]!, 0);
    converged = decrement < tolerance;
    let size = 1;
    for (; size > 1e-6; size /= 2) {
      const next = coefficients.map((value, k) => value + size * direction[k]!);
      const reached = penalisedLoss(design, next, counts, ridge);
      if (reached > loss) continue;
      [coefficients, loss] = [next, reached];
      break;
    }
    if (size <= 1e-6) break;
  }
  return { coefficients, covariance, converged };
}

/** The logarithm of the count expected in a row. */
function logExpected({ d, values }: DesignMatrix, coefficients: Float64Array, row: number): number {
  let log = 0;
  for (let k = 0, at = row * d; k < d; k++, at++) log += values[at]! * coefficients[k]!;
  return Math.min(log, largestLog);
}

/** The counts that a fit expects of a design's rows, `n` of them. */
export function predictPoisson(design: DesignMatrix, coefficients: Float64Array): Float64Array {
  return Float64Array.from({ length: design.n }, (_, row) =>
    Math.exp(logExpected(design, coefficients, row)),
  );
}

/** Coefficients whose intercept lets the expected counts sum up to those seen, give or take half a one. */
function levelled(design: DesignMatrix, counts: ArrayLike<number>, coefficients: Float64Array): Float64Array {
  let [seen, expected] = [0.5, 1e-9];
  for (let row = 0; row < design.n; row++) {
    if (Number.isNaN(counts[row])) continue;
    seen += counts[row]!;
    expected += Math.exp(logExpected(design, coefficients, row));
  }
  const shift = Math.log(seen / expected);
  return coefficients.map((value, k) => (k === 0 ? value + shift : value));
}

function penalisedLoss(
  design: DesignMatrix,
  coefficients: Float64Array,
  counts: ArrayLike<number>,
  ridge: number,
): number {
  let loss = 0;
  for (let k = 1; k < coefficients.length; k++) loss += (ridge / 2) * coefficients[k]! ** 2;
  for (let row = 0; row < design.n; row++) {
    const count = counts[row]!;
    if (Number.isNaN(count)) continue;
    const log = logExpected(design, coefficients, row);
    loss += Math.exp(log) - count * log;
  }
  return loss;
}
