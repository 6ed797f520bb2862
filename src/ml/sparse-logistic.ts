import { tf } from "./backend.js";
import { minimise, type Evaluation } from "../stats/lbfgs.js";
import { multiply, transpose, type SparseMatrix } from "./sparse-matrix.js";

/**
 * L2 logistic regression: minimises the sum of log losses times C plus half the squared length of the weights, once for
 * each C, starting from the weights of the one before.
 *
 * @param design `n x d`, its last column being the constant 1, whose weight (the intercept) is not penalised.
 * @param labels `n` values, 0 or 1.
 * @param scale `d` factors that multiply the columns.
 * @param inversePenalties values of C, as scikit-learn calls it, in ascending order.
 * @param precision the slope at which to stop, as a share of the penalty's.
 * @returns per C, `d` weights of the unscaled columns: the log-odds are `design` times them.
 */
export function fitLogistic(
  design: SparseMatrix,
  labels: Uint8Array,
  scale: Float32Array,
  inversePenalties: readonly number[],
  { precision = 2e-4 } = {},
): Float32Array[] {
  const product = sparseProduct(design);
  const truth = tf.tensor1d(Float32Array.from(labels));
  const columnScale = tf.tensor1d(scale);
  const penalised = tf.tensor1d(new Float32Array(design.columns).fill(1).fill(0, -1));
  let point = startingPoint(design.columns, labels);
  const fitted = inversePenalties.map((inversePenalty) => {
    const penalty = 1 / (inversePenalty * design.rows);
    const valueAndGradient = tf.valueAndGrad((weights: tf.Tensor): tf.Scalar => {
      const logOdds = product(weights.mul(columnScale));
      const logLoss = logOdds.softplus().sub(truth.mul(logOdds)).mean();
      const squaredLength = weights.square().mul(penalised).sum();
      return logLoss.add(squaredLength.mul(penalty / 2));
    });
    const evaluate = (at: Float64Array): Evaluation => {
      const weights = tf.tensor1d(Float32Array.from(at));
      const { value, grad } = valueAndGradient(weights);
      const evaluation = { value: value.dataSync()[0]!, gradient: grad.dataSync() };
      tf.dispose([weights, value, grad]);
      return evaluation;
    };
    ({ point } = minimise(evaluate, point, { tolerance: Math.max(precision * penalty, 1e-6) }));
    return scale.map((factor, column) => factor * point[column]!);
  });
  tf.dispose([truth, columnScale, penalised]);
  return fitted;
}

/**
 * The product of a sparse matrix with a vector as a differentiable operation, whose gradient is the product with the
 * transpose. No backend has a kernel for it that needs no dense matrix, so it runs on the arrays themselves.
 */
function sparseProduct(matrix: SparseMatrix): (vector: tf.Tensor) => tf.Tensor {
  const transposed = transpose(matrix);
  return tf.customGrad((vector) => {
    if (!(vector instanceof tf.Tensor)) throw new TypeError("expected one vector");
    return {
      value: tf.tensor1d(multiply(matrix, vector.dataSync())),
      gradFunc: (upstream: tf.Tensor) => tf.tensor1d(multiply(transposed, upstream.dataSync())),
    };
  });
}

/** No weights, and the intercept at the base rate's log-odds. */
function startingPoint(columns: number, labels: Uint8Array): Float64Array<ArrayBufferLike> {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const point = new Float64Array(columns);
  point[columns - 1] = Math.log(positives / (labels.length - positives));
  return point;
}
