import type { Random } from "../stats/random.js";
import { tf } from "./backend.js";
import { sigmoid } from "./calibration.js";
import { addEmbeddingGradient, embedRows } from "./embedding.js";
import type { Inputs } from "./encoders.js";
import {
  dropoutMask,
  memberParameters,
  parametersByName,
  type Layout,
  type MemberParameters,
} from "./network.js";

/**
 * The gradient, as one flat vector, of the members' summed mean cross-entropy on a batch with dropout.
 *
 * This is backpropagation written out: TensorFlow.js multiplies the matrices, and plain arrays hold the rest. With batches of
 * a few hundred rows, TensorFlow.js' own differentiation spends most of its time on bookkeeping.
 */
export function lossGradient(
  layout: Layout,
  parameters: Float32Array,
  inputs: Inputs,
  labels: Uint8Array,
  rows: Uint32Array,
  random: Random,
): Float32Array {
  const { features: d, spec } = layout;
  const gradient = new Float32Array(layout.size);
  const values = parametersByName(layout, parameters);
  const embedded = embedRows(layout, values, inputs, rows);
  const batch: Batch = {
    n: rows.length,
    features: embedded.features,
    transposed: transpose(embedded.features, rows.length, d),
    truth: Uint8Array.from(rows, (row) => labels[row]!),
  };
  const scale = parameters.subarray(0, d);
  const ofScale = gradient.subarray(0, d);
  const embeddedWidth = d - layout.inputs;
  const ofEmbedded = new Float32Array(rows.length * embeddedWidth);
  for (let m = 0; m < spec.members; m++) {
    const member = memberParameters(layout, parameters, m);
    const slopes = memberParameters(layout, gradient, m);
    const scaled = scaleRows(member.hidden1, scale);
    const masks = [
      dropoutMask(layout, rows.length, random),
      dropoutMask(layout, rows.length, random),
    ] as const;
    const ofSums = memberGradient({ ...member, hidden1: scaled }, slopes, batch, masks);
    for (let j = 0, w = 0; j < d; j++) {
      for (let h = 0; h < spec.width; h++, w++) {
        ofScale[j]! += slopes.hidden1[w]! * member.hidden1[w]!;
        slopes.hidden1[w]! *= scale[j]!;
      }
    }
    if (embeddedWidth === 0) continue;
    const weights = transpose(scaled.subarray(layout.inputs * spec.width), embeddedWidth, spec.width);
    add(ofEmbedded, multiply(ofSums, weights, rows.length, spec.width, embeddedWidth));
  }
  addEmbeddingGradient(layout, values, parametersByName(layout, gradient), embedded, ofEmbedded);
  return gradient;
}

interface Batch {
  n: number;
  /** `n x features` and `features x n`. */
  features: Float32Array;
  transposed: Float32Array;
  truth: Uint8Array;
}

/** Fills a member's gradient and returns that of its first sums, `n x width`. */
function memberGradient(
  member: MemberParameters,
  slopes: MemberParameters,
  { n, features, transposed, truth }: Batch,
  [mask1, mask2]: readonly [Float32Array, Float32Array],
): Float32Array {
  const width = member.bias1.length;
  const d = features.length / n;
  const hidden1 = rectify(multiply(features, member.hidden1, n, d, width), member.bias1, mask1);
  const hidden2 = rectify(multiply(hidden1, member.hidden2, n, width, width), member.bias2, mask2);
  const ofHidden2 = new Float32Array(n * width);
  for (let i = 0, start = 0; i < n; i++, start += width) {
    let logit = member.outputBias[0]!;
    for (let h = 0; h < width; h++) logit += hidden2[start + h]! * member.output[h]!;
    const error = (sigmoid(logit) - truth[i]!) / n;
    slopes.outputBias[0]! += error;
    for (let h = 0; h < width; h++) {
      slopes.output[h]! += error * hidden2[start + h]!;
      ofHidden2[start + h] = error * member.output[h]!;
    }
  }
  const ofSums2 = throughRectifier(ofHidden2, hidden2, mask2, slopes.bias2);
  slopes.hidden2.set(multiply(transpose(hidden1, n, width), ofSums2, width, n, width));
  const ofHidden1 = multiply(ofSums2, transpose(member.hidden2, width, width), n, width, width);
  const ofSums1 = throughRectifier(ofHidden1, hidden1, mask1, slopes.bias1);
  slopes.hidden1.set(multiply(transposed, ofSums1, d, n, width));
  return ofSums1;
}

/** Rectified units after dropout, in place of their `n x width` sums. */
function rectify(sums: Float32Array, bias: Float32Array, mask: Float32Array): Float32Array {
  const width = bias.length;
  for (let start = 0; start < sums.length; start += width) {
    for (let h = 0; h < width; h++) {
      sums[start + h] = Math.max(0, sums[start + h]! + bias[h]!) * mask[start + h]!;
    }
  }
  return sums;
}

/** The gradient of the sums, in place of that of the units; it is added up to the gradient of the bias. */
function throughRectifier(
  ofUnits: Float32Array,
  units: Float32Array,
  mask: Float32Array,
  ofBias: Float32Array,
): Float32Array {
  const width = ofBias.length;
  for (let start = 0; start < ofUnits.length; start += width) {
    for (let h = 0; h < width; h++) {
      const slope = units[start + h]! > 0 ? ofUnits[start + h]! * mask[start + h]! : 0;
      ofUnits[start + h] = slope;
      ofBias[h]! += slope;
    }
  }
  return ofUnits;
}

/** The product of an `n x k` and a `k x m` matrix. */
function multiply(a: Float32Array, b: Float32Array, n: number, k: number, m: number): Float32Array {
  const factors = [tf.tensor2d(a, [n, k]), tf.tensor2d(b, [k, m])] as const;
  const product = tf.matMul(...factors);
  const values = product.dataSync<"float32">();
  for (const tensor of [...factors, product]) tensor.dispose();
  return values;
}

/** Each row of a matrix times its own factor. */
function scaleRows(matrix: Float32Array, factors: Float32Array): Float32Array {
  const width = matrix.length / factors.length;
  const scaled = new Float32Array(matrix.length);
  for (let j = 0, w = 0; j < factors.length; j++) {
    for (let h = 0; h < width; h++, w++) scaled[w] = matrix[w]! * factors[j]!;
  }
  return scaled;
}

/** The `m x n` transpose of an `n x m` matrix, in blocks that stay in the processor's cache. */
function transpose(matrix: Float32Array, n: number, m: number): Float32Array {
  const block = 16;
  const result = new Float32Array(matrix.length);
  for (let top = 0; top < n; top += block) {
    const bottom = Math.min(n, top + block);
    for (let j = 0; j < m; j++) {
      for (let i = top; i < bottom; i++) result[j * n + i] = matrix[i * m + j]!;
    }
  }
  return result;
}

function add(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
}
