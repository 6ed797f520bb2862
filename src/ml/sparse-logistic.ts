import { tf } from "./backend.js";
import { minimise, type Evaluation } from "./lbfgs.js";
import { multiply, transpose, type SparseMatrix } from "./sparse-matrix.js";

/** Inverse strength of the L2 penalty, as scikit-learn's `C`. */
const inversePenalty = 3;

/**
 * L2 logistic regression: minimises the sum of log losses times C = 3 plus half the squared length of the weights.
 *
 * @param design `n x d`, its last column being the constant 1, whose weight (the intercept) is not penalised.
 * @param labels `n` values, 0 or 1.
 * @param scale `d` factors that multiply the columns.
 * @returns `d` weights of the unscaled columns: the log-odds are `design` times them.
 */
export function fitLogistic(design: SparseMatrix, labels: Uint8Array, scale: Float32Array): Float32Array {
  const product = sparseProduct(design);
  const truth = tf.tensor1d(Float32Array.from(labels));
  const columnScale = tf.tensor1d(scale);
  const penalised = tf.tensor1d(new Float32Array(design.columns).fill(1).fill(0, -1));
  const valueAndGradient = tf.valueAndGrad((weights: tf.Tensor): tf.Scalar => {
    const logOdds = product(weights.mul(columnScale));
    const logLoss = logOdds.softplus().sub(truth.mul(logOdds)).mean();
    const penalty = weights.square().mul(penalised).sum();
    return logLoss.add(penalty.div(2 * inversePenalty * design.rows));
  });
  const evaluate = (point: Float64Array): Evaluation => {
    const weights = tf.tensor1d(Float32Array.from(point));
    const { value, grad } = valueAndGradient(weights);
    const evaluation = { value: value.dataSync()[0]!, gradient: grad.dataSync() };
    tf.dispose([weights, value, grad]);
    return evaluation;
  };
  const { point } = minimise(evaluate, startingPoint(design.columns, labels));
  tf.dispose([truth, columnScale, penalised]);
  return scale.map((factor, column) => factor * point[column]!);
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
function startingPoint(columns: number, labels: Uint8Array): Float64Array {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const point = new Float64Array(columns);
  point[columns - 1] = Math.log(positives / (labels.length - positives));
  return point;
}
