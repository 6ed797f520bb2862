import { tf } from "./backend.js";
import { minimise, type Evaluation } from "../stats/lbfgs.js";
import { multiply, scaleColumns, scaleRows, transpose, type SparseMatrix } from "./sparse-matrix.js";

/** A matrix of `n` rows and `d` columns, both ways round, for several fits to share. */
export interface Design {
  matrix: SparseMatrix;
  transposed: SparseMatrix;
}

export function designOf(matrix: SparseMatrix): Design {
  return { matrix, transposed: transpose(matrix) };
}

/**
 * L2 logistic regression: minimises the sum of log losses times C plus half the squared length of the weights, once for
 * each C, starting from the weights of the one before.
 *
 * No backend has a kernel for a sparse product that needs no dense matrix, so these run on the arrays themselves; the
 * losses and their slopes are the backend's.
 *
 * @param design `n x d`, its last column being the constant 1, whose weight (the intercept) is not penalised.
 * @param labels `n` values, 0 or 1.
 * @param scale `d` factors that multiply the columns.
 * @param inversePenalties values of C, as scikit-learn calls it, in ascending order.
 * @param precision the slope at which to stop, as a share of the penalty's.
 * @returns per C, `d` weights of the unscaled columns: the log-odds are `design` times them.
 */
export function fitLogistic(
  design: Design,
  labels: Uint8Array,
  scale: Float32Array,
  inversePenalties: readonly number[],
  { precision = 2e-4 } = {},
): Float32Array[] {
  const scaled = scaleColumns(design.matrix, scale);
  const transposed = scaleRows(design.transposed, scale);
  const { rows, columns } = design.matrix;
  const truth = tf.tensor1d(Float32Array.from(labels));
  let point = startingPoint(columns, labels);
  const fitted = inversePenalties.map((inversePenalty) => {
    const penalty = 1 / (inversePenalty * rows);
    const evaluate = (at: Float64Array): Evaluation => {
      const { loss, slopes } = logLoss(multiply(scaled, Float32Array.from(at)), truth);
      const gradient = multiply(transposed, slopes);
      let squaredLength = 0;
      for (let column = 0; column < at.length - 1; column++) {
        squaredLength += at[column]! * at[column]!;
        gradient[column]! += penalty * at[column]!;
      }
      return { value: loss + (penalty / 2) * squaredLength, gradient };
    };
    ({ point } = minimise(evaluate, point, { tolerance: Math.max(precision * penalty, 1e-6) }));
    return scale.map((factor, column) => factor * point[column]!);
  });
  truth.dispose();
  return fitted;
}

/** The mean log loss of `n` log-odds, and its `n` partial derivatives. */
function logLoss(logOdds: Float32Array, truth: tf.Tensor1D): { loss: number; slopes: Float32Array } {
  const scores = tf.tensor1d(logOdds);
  // Read outside `tidy`, which would search what it returns for tensors, number by number.
  const loss = tf.tidy(() => scores.softplus().sub(truth.mul(scores)).mean());
  const slopes = tf.tidy(() => scores.sigmoid().sub(truth).div(logOdds.length));
  const read = { loss: loss.dataSync()[0]!, slopes: slopes.dataSync<"float32">() };
  tf.dispose([scores, loss, slopes]);
  return read;
}

/** No weights, and the intercept at the base rate's log-odds. */
function startingPoint(columns: number, labels: Uint8Array): Float64Array<ArrayBufferLike> {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const point = new Float64Array(columns);
  point[columns - 1] = Math.log(positives / (labels.length - positives));
  return point;
}
