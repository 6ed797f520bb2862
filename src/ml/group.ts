import { Random } from "../stats/random.js";
import { Adam } from "./adam.js";
import { tf } from "./backend.js";
import { logit, sigmoid } from "./calibration.js";
import type { Inputs } from "./encoders.js";
import {
  batchOf,
  dropoutMasks,
  forward,
  initialParameters,
  layoutOf,
  parameterTensors,
  type Layout,
  type Tensors,
} from "./network.js";
import type { NetworkSpec } from "./spec.js";

/** What one group of members is trained on. Plain data and shared memory, so that it can be sent to a worker thread. */
export interface GroupTask {
  spec: NetworkSpec;
  inputs: Inputs;
  /** `n` values, 1 for positive, 0 for negative. */
  labels: Uint8Array;
  /** Indices of the rows to train on. */
  rows: Uint32Array;
  /** Indices of the rows that sit out: they decide when to stop, and get out-of-fold predictions. */
  heldOut: Uint32Array;
  seed: string;
}

/** A trained group. */
export interface GroupFit {
  parameters: Float32Array;
  /** Mean probability of the members for each row that sat out. */
  heldOut: Float32Array;
  /** The epoch that was kept, and the log loss of the rows that sat out then. */
  epoch: number;
  logLoss: number;
}

const firstCheck = 6;
const checkEvery = 2;
const scoringRows = 2048;

/**
 * Trains one group by Adam with a cosine learning rate; keeps the epoch with the least log loss on the rows that sit out,
 * looked at every second epoch from the sixth, and stops when none was better for `patience` epochs.
 *
 * @param onEpoch is called after each epoch with the share of the training that is done.
 */
export function trainGroup(task: GroupTask, onEpoch: (share: number) => void = () => {}): GroupFit {
  const { spec, inputs, labels, heldOut } = task;
  const random = new Random(task.seed);
  const layout = layoutOf(spec, inputs.d, inputs.numbers);
  const parameters = initialParameters(layout, logit(meanLabel(labels, task.rows)), random.fork("start"));
  const adam = new Adam(
    perParameter(layout, ({ rate }) => rate),
    perParameter(layout, ({ decays }) => (decays ? spec.weight_decay : 0)),
  );
  const rows = task.rows.slice();
  const batchRows = Math.min(spec.batch_rows, rows.length, Math.max(16, Math.floor(rows.length / 16)));
  const stepsPerEpoch = Math.floor(rows.length / batchRows);
  const order = random.fork("order");
  const dropout = random.fork("dropout");

  let best: GroupFit | undefined;
  for (let epoch = 1, step = 0; epoch <= spec.epochs; epoch++) {
    order.shuffle(rows);
    for (let k = 0; k < stepsPerEpoch; k++, step++) {
      const batch = rows.subarray(k * batchRows, (k + 1) * batchRows);
      const gradient = lossGradient(layout, parameters, inputs, labels, batch, dropout);
      const cosine = (1 + Math.cos((Math.PI * step) / (spec.epochs * stepsPerEpoch))) / 2;
      adam.step(parameters, gradient, spec.learning_rate * cosine);
    }
    if (epoch >= Math.min(firstCheck, spec.epochs) && (epoch % checkEvery === 0 || epoch === spec.epochs)) {
      const predictions = predictGroup(layout, parameters, inputs, heldOut);
      const logLoss = meanLogLoss(labels, heldOut, predictions);
      if (best === undefined || logLoss < best.logLoss) {
        best = { parameters: parameters.slice(), heldOut: predictions, epoch, logLoss };
      } else if (epoch - best.epoch >= spec.patience) {
        break;
      }
    }
    onEpoch(epoch / spec.epochs);
  }
  onEpoch(1);
  if (best === undefined) throw new Error("training diverged: no epoch has a finite log loss");
  return best;
}

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

/** The gradient, as one flat vector, of the members' summed mean cross-entropy on a batch. */
function lossGradient(
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

function perParameter(
  layout: Layout,
  value: (parameter: Layout["parameters"][number]) => number,
): Float32Array {
  const values = new Float32Array(layout.size);
  for (const parameter of layout.parameters) {
    values.fill(value(parameter), parameter.offset, parameter.offset + parameter.size);
  }
  return values;
}

function meanLabel(labels: Uint8Array, rows: Uint32Array): number {
  return rows.reduce((sum, row) => sum + (labels[row] as number), 0) / rows.length;
}

function meanLogLoss(labels: Uint8Array, rows: Uint32Array, probabilities: Float32Array): number {
  let sum = 0;
  rows.forEach((row, i) => {
    const x = logit(probabilities[i] as number);
    sum -= Math.log(sigmoid(labels[row] === 1 ? x : -x));
  });
  return sum / rows.length;
}
