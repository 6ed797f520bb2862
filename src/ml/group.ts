import type { Random } from "../stats/random.js";
import { tf } from "./backend.js";
import type { Inputs } from "./encoders.js";
import { batchOf, dropoutMasks, forward, parameterTensors, type Layout, type Tensors } from "./network.js";

const scoringRows = 2048;

/** Mean probability of a group's members for the given rows. */
export function predictGroup(
  layout: Layout,
  parameters: Float32Array,
  inputs: Inputs,
  rows: ArrayLike<number>,
): Float32Array {
  const tensors = parameterTensors(layout, parameters);
  const probabilities = new Float32Array(rows.length);
  const indices = Uint32Array.from(rows);
  for (let start = 0; start < indices.length; start += scoringRows) {
    const part = indices.subarray(start, start + scoringRows);
    const values = tf.tidy(() => {
      const logits = forward(layout, tensors, batchOf(layout, inputs.data, inputs.d, part));
      return tf.div(tf.addN(logits.map((x) => tf.sigmoid(x))), logits.length).dataSync();
    });
    probabilities.set(values, start);
  }
  tf.dispose(tensors);
  return probabilities;
}

/** The gradient, as one flat vector, of the members' summed mean cross-entropy on a batch with dropout. */
export function lossGradient(
  layout: Layout,
  parameters: Float32Array,
  inputs: Inputs,
  labels: Uint8Array,
  rows: Uint32Array,
  random: Random,
): Float32Array {
  const gradient = new Float32Array(layout.size);
  tf.tidy(() => {
    const tensors = parameterTensors(layout, parameters);
    const names = layout.parameters.map(({ name }) => name);
    const batch = batchOf(layout, inputs.data, inputs.d, rows);
    const masks = dropoutMasks(layout, rows.length, random);
    const truth = tf.tensor2d(
      Float32Array.from(rows, (row) => labels[row] as number),
      [rows.length, 1],
    );
    const loss = (...values: tf.Tensor[]) => {
      const named: Tensors = Object.fromEntries(names.map((name, i) => [name, values[i] as tf.Tensor]));
      return tf.addN(forward(layout, named, batch, masks).map((logits) => crossEntropy(logits, truth)));
    };
    const gradients = tf.grads(loss)(Object.values(tensors));
    layout.parameters.forEach(({ offset }, i) =>
      gradient.set((gradients[i] as tf.Tensor).dataSync(), offset),
    );
  });
  return gradient;
}

/** Mean over rows of softplus(logit) - label * logit. */
function crossEntropy(logits: tf.Tensor, truth: tf.Tensor): tf.Scalar {
  return tf.mean(tf.sub(tf.softplus(logits), tf.mul(truth, logits)));
}
