import type { DesignMatrix } from "./design-matrix.js";
import { invertPositiveDefinite } from "./positive-definite.js";

export interface LogisticFit {
  /** `d` weights: the log-odds of a row are its product with them. */
  coefficients: Float64Array;
  /** `n` fitted probabilities. */
  probabilities: Float64Array;
  /** `d x d`: the inverse of the penalised information. */
  covariance: number[][];
  converged: boolean;
}

export interface LogisticOptions {
  /** `n` weights of the rows; all 1 by default. Rows with weight 0 are predicted but not learnt from. */
  weights?: Float64Array;
  /** Penalty on half the squared coefficients but the intercept's, so that separated groups have finite ones. Default 1. */
  ridge?: number;
}

const mostSteps = 50;
const tolerance = 1e-8;

/**
 * Logistic regression by Newton's method (iteratively reweighted least squares; McCullagh & Nelder 1989, section 4.4) with a
 * ridge penalty (le Cessie & van Houwelingen 1992); steps that overshoot are halved.
 *
 * @param outcome `n` values in 0 to 1
 */
export function logisticRegression(
  design: DesignMatrix,
  outcome: ArrayLike<number>,
  { weights, ridge = 1 }: LogisticOptions = {},
): LogisticFit {
  const { d } = design;
  let coefficients = new Float64Array(d);
  let probabilities = predictLogistic(design, coefficients);
  let loss = penalisedLoss(coefficients, probabilities, outcome, weights, ridge);
  let converged = false;
  let covariance: number[][] = [];
  for (let step = 0; step < mostSteps; step++) {
    const { gradient, information } = derivatives(
      design,
      coefficients,
      probabilities,
      outcome,
      weights,
      ridge,
    );
    const inverse = invertPositiveDefinite(information);
    if (!inverse) break;
    covariance = inverse;
    const direction = inverse.map((row) => row.reduce((sum, value, k) => sum + value * gradient[k]!, 0));
    const decrement = direction.reduce((sum, value, k) => sum + value * gradient[k]!, 0);
    if (decrement < tolerance) {
      converged = true;
      break;
    }
    let size = 1;
    for (; size > 1e-6; size /= 2) {
      const next = coefficients.map((value, k) => value - size * direction[k]!);
      const predicted = predictLogistic(design, next);
      const reached = penalisedLoss(next, predicted, outcome, weights, ridge);
      if (reached > loss) continue;
      [coefficients, probabilities, loss] = [next, predicted, reached];
      break;
    }
    if (size <= 1e-6) break;
  }
  return { coefficients, probabilities, covariance, converged };
}

/** The probabilities of a design's rows, `n` of them. */
export function predictLogistic({ n, d, values }: DesignMatrix, coefficients: Float64Array): Float64Array {
  const probabilities = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    let logOdds = 0;
    for (let k = 0, at = row * d; k < d; k++, at++) logOdds += values[at]! * coefficients[k]!;
    probabilities[row] = 1 / (1 + Math.exp(-logOdds));
  }
  return probabilities;
}

function penalisedLoss(
  coefficients: Float64Array,
  probabilities: Float64Array,
  outcome: ArrayLike<number>,
  weights: Float64Array | undefined,
  ridge: number,
): number {
  let loss = 0;
  for (let k = 1; k < coefficients.length; k++) loss += (ridge / 2) * coefficients[k]! ** 2;
  for (let row = 0; row < probabilities.length; row++) {
    const weight = weights ? weights[row]! : 1;
    if (weight === 0) continue;
    const p = Math.min(Math.max(probabilities[row]!, 1e-15), 1 - 1e-15);
    const y = outcome[row]!;
    loss -= weight * (y * Math.log(p) + (1 - y) * Math.log(1 - p));
  }
  return loss;
}

function derivatives(
  { n, d, values }: DesignMatrix,
  coefficients: Float64Array,
  probabilities: Float64Array,
  outcome: ArrayLike<number>,
  weights: Float64Array | undefined,
  ridge: number,
): { gradient: Float64Array; information: number[][] } {
  const gradient = new Float64Array(d);
  const sums = new Float64Array(d * d);
  for (let row = 0; row < n; row++) {
    const weight = weights ? weights[row]! : 1;
    if (weight === 0) continue;
    const p = probabilities[row]!;
    const residual = weight * (p - outcome[row]!);
    const variance = weight * Math.max(p * (1 - p), 1e-12);
    const start = row * d;
    for (let j = 0; j < d; j++) {
      const x = values[start + j]!;
      if (x === 0) continue;
      gradient[j]! += residual * x;
      const scaled = variance * x;
      for (let k = 0; k <= j; k++) sums[j * d + k]! += scaled * values[start + k]!;
    }
  }
  const information = Array.from({ length: d }, (_, j) =>
    Array.from(
      { length: d },
      (_, k) => sums[Math.max(j, k) * d + Math.min(j, k)]! + (j === k && j > 0 ? ridge : 0),
    ),
  );
  information[0]![0]! += 1e-9;
  for (let k = 1; k < d; k++) gradient[k]! += ridge * coefficients[k]!;
  return { gradient, information };
}
