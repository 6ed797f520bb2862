import type { DesignMatrix } from "./design-matrix.js";
import { invertPositiveDefinite } from "./positive-definite.js";
import { sparseRows, type SparseRows } from "./sparse-rows.js";

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
  /** `d` coefficients to begin from, such as those of a similar sample: fewer steps are then needed. Default 0. */
  start?: Float64Array;
}

/** The rows that are learnt from. */
interface Sample {
  d: number;
  rows: SparseRows;
  outcome: Float64Array;
  weights: Float64Array;
  ridge: number;
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
  { weights, ridge = 1, start }: LogisticOptions = {},
): LogisticFit {
  const sample = sampleOf(design, outcome, weights, ridge);
  let coefficients = start?.slice() ?? new Float64Array(design.d);
  let probabilities = predictSparse(sample.rows, coefficients);
  let loss = penalisedLoss(sample, coefficients, probabilities);
  let converged = false;
  let covariance: number[][] = [];
  for (let step = 0; step < mostSteps; step++) {
    const { gradient, information } = derivatives(sample, coefficients, probabilities);
    const inverse = invertPositiveDefinite(information);
    if (!inverse) break;
    covariance = inverse;
    const direction = inverse.map((row) => row.reduce((sum, value, k) => sum + value * gradient[k]!, 0));
    const decrement = direction.reduce((sum, value, k) => sum + value * gradient[k]!, 0);
    if (decrement < tolerance) {
      coefficients = coefficients.map((value, k) => value - direction[k]!);
      converged = true;
      break;
    }
    let size = 1;
    for (; size > 1e-6; size /= 2) {
      const next = coefficients.map((value, k) => value - size * direction[k]!);
      const predicted = predictSparse(sample.rows, next);
      const reached = penalisedLoss(sample, next, predicted);
      if (reached > loss) continue;
      [coefficients, probabilities, loss] = [next, predicted, reached];
      break;
    }
    if (size <= 1e-6) break;
  }
  return { coefficients, probabilities: predictLogistic(design, coefficients), covariance, converged };
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

function sampleOf(
  design: DesignMatrix,
  outcome: ArrayLike<number>,
  weights: Float64Array | undefined,
  ridge: number,
): Sample {
  const learnt = Int32Array.from({ length: design.n }, (_, row) => row).filter(
    (row) => weights === undefined || weights[row] !== 0,
  );
  return {
    d: design.d,
    rows: sparseRows(design, learnt),
    outcome: Float64Array.from(learnt, (row) => outcome[row]!),
    weights: Float64Array.from(learnt, (row) => (weights ? weights[row]! : 1)),
    ridge,
  };
}

function predictSparse({ n, starts, columns, values }: SparseRows, coefficients: Float64Array): Float64Array {
  const probabilities = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    let logOdds = 0;
    for (let at = starts[row]!; at < starts[row + 1]!; at++)
      logOdds += values[at]! * coefficients[columns[at]!]!;
    probabilities[row] = 1 / (1 + Math.exp(-logOdds));
  }
  return probabilities;
}

function penalisedLoss(
  { outcome, weights, ridge }: Sample,
  coefficients: Float64Array,
  probabilities: Float64Array,
): number {
  let loss = 0;
  for (let k = 1; k < coefficients.length; k++) loss += (ridge / 2) * coefficients[k]! ** 2;
  for (let row = 0; row < probabilities.length; row++) {
    const p = Math.min(Math.max(probabilities[row]!, 1e-15), 1 - 1e-15);
    const y = outcome[row]!;
    loss -= weights[row]! * (y * Math.log(p) + (1 - y) * Math.log(1 - p));
  }
  return loss;
}

function derivatives(
  { d, rows: { n, starts, columns, values }, outcome, weights, ridge }: Sample,
  coefficients: Float64Array,
  probabilities: Float64Array,
): { gradient: Float64Array; information: number[][] } {
  const gradient = new Float64Array(d);
  const sums = new Float64Array(d * d);
  for (let row = 0; row < n; row++) {
    const p = probabilities[row]!;
    const residual = weights[row]! * (p - outcome[row]!);
    const variance = weights[row]! * Math.max(p * (1 - p), 1e-12);
    const start = starts[row]!;
    for (let at = start; at < starts[row + 1]!; at++) {
      const j = columns[at]!;
      const x = values[at]!;
      gradient[j]! += residual * x;
      const scaled = variance * x;
      for (let other = start; other <= at; other++) sums[j * d + columns[other]!]! += scaled * values[other]!;
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
