import { Random } from "../stats/random.js";
import { Adam } from "./adam.js";
import { logit, sigmoid } from "./calibration.js";
import type { Inputs } from "./encoders.js";
import { lossGradient } from "./gradient.js";
import { predictGroup } from "./group.js";
import { Lockstep, type LockstepMemory } from "./lockstep.js";
import { initialParameters, layoutOf, type Layout } from "./network.js";
import type { NetworkSpec } from "./spec.js";

/** What an ensemble is trained on. Plain data and shared memory, so that it can be sent to worker threads. */
export interface EnsembleTask {
  spec: NetworkSpec;
  inputs: Inputs;
  /** `n` values, 1 for positive, 0 for negative. */
  labels: Uint8Array;
  /** Which group each of the `n` rows sits out of. */
  parts: Int32Array;
  seed: string;
}

/** The groups of an ensemble that one thread trains, in lockstep with the others. */
export interface EnsembleShare {
  task: EnsembleTask;
  groups: number[];
  memory: LockstepMemory;
}

/** A trained group. */
export interface GroupFit {
  group: number;
  parameters: Float32Array;
  /** Mean probability of the members for each row that sat out, in the order of the rows. */
  heldOut: Float32Array;
  /** The epoch that was kept. */
  epoch: number;
}

/** A gradient longer than this is cut to it. On ordinary tables none is: the longest seen is 0.8. */
const longestGradient = 5;
const firstCheck = 6;
const checkEvery = 2;

/** Deals the groups of an ensemble out to `parties` threads. */
export function sharesOf(task: EnsembleTask, parties: number): EnsembleShare[] {
  const { spec, inputs } = task;
  const memory = Lockstep.memory(parties, spec.groups, layoutOf(spec, inputs.d, inputs.numbers).sharedSize);
  const groups = Array.from({ length: spec.groups }, (_, group) => group);
  return Array.from({ length: parties }, (_, party) => ({
    task,
    groups: groups.filter((group) => group % parties === party),
    memory,
  }));
}

/**
 * Trains groups by Adam with a cosine learning rate and clipped gradients, each without the rows that sit out of it. The groups share the scale of
 * the inputs: its gradient is summed over all of them in every step.
 *
 * Each group keeps the epoch with the least log loss on the rows that sit out of it, looked at every second epoch from the
 * sixth; training stops when no group has become better for `patience` epochs.
 *
 * @param onProgress is called after each epoch with the share of the training that is done.
 * @throws Error if the log loss of a group is never finite.
 */
export function trainShare(share: EnsembleShare, onProgress: (share: number) => void = () => {}): GroupFit[] {
  const { spec, inputs, labels, seed } = share.task;
  const layout = layoutOf(spec, inputs.d, inputs.numbers);
  const lockstep = new Lockstep(share.memory);
  const trainees = share.groups.map((group) => traineeOf(share.task, layout, group));
  const order = new Random(`${seed}/order`);
  const rows = Uint32Array.from(labels.keys());
  const batchRows = Math.min(spec.batch_rows, Math.max(16, Math.floor(rows.length / 16)));
  const stepsPerEpoch = Math.max(1, Math.floor(rows.length / batchRows));
  const epochs = Math.min(spec.epochs, Math.max(1, Math.round(spec.most_steps / stepsPerEpoch)));
  const best = Array.from({ length: spec.groups }, () => ({ epoch: 0, logLoss: Infinity }));

  for (let epoch = 1, step = 0; epoch <= epochs; epoch++) {
    order.shuffle(rows);
    for (let k = 0; k < stepsPerEpoch; k++, step++) {
      const batch = rows.subarray(k * batchRows, (k + 1) * batchRows);
      const cosine = (1 + Math.cos((Math.PI * step) / (epochs * stepsPerEpoch))) / 2;
      takeStep(layout, lockstep, trainees, share.task, batch, spec.learning_rate * cosine);
    }
    onProgress(epoch / epochs);
    if (epoch < epochs && (epoch < firstCheck || epoch % checkEvery !== 0)) continue;
    for (const trainee of trainees) {
      trainee.heldOut = predictGroup(layout, trainee.parameters, inputs, trainee.sitOut);
    }
    const losses = lockstep.exchange(
      new Map(
        trainees.map(({ group, heldOut, sitOut }) => [
          group,
          Float32Array.of(logLoss(labels, sitOut, heldOut)),
        ]),
      ),
    );
    losses.forEach(([loss = NaN], group) => {
      if (loss < best[group]!.logLoss) best[group] = { epoch, logLoss: loss };
    });
    for (const trainee of trainees) if (best[trainee.group]!.epoch === epoch) keep(trainee, epoch);
    if (epoch - Math.max(...best.map((found) => found.epoch)) >= spec.patience) break;
  }
  onProgress(1);
  return trainees.map(({ group, kept }) => {
    if (kept === undefined) throw new Error(`training diverged: group ${group} never had a finite log loss`);
    return kept;
  });

  function keep(trainee: Trainee, epoch: number): void {
    const { group, parameters, heldOut } = trainee;
    trainee.kept = { group, parameters: parameters.slice(), heldOut, epoch };
  }
}

/** A group in training. */
interface Trainee {
  group: number;
  parameters: Float32Array;
  adam: Adam;
  dropout: Random;
  sitOut: Uint32Array;
  heldOut: Float32Array;
  kept?: GroupFit;
}

function traineeOf({ spec, labels, parts, seed }: EnsembleTask, layout: Layout, group: number): Trainee {
  const random = new Random(`${seed}/group ${group}`);
  const rows = Uint32Array.from(labels.keys());
  const trained = rows.filter((row) => parts[row] !== group);
  const baseRate = trained.reduce((sum, row) => sum + labels[row]!, 0) / trained.length;
  return {
    group,
    parameters: initialParameters(layout, logit(baseRate), random.fork("start")),
    adam: new Adam(
      perParameter(layout, ({ rate }) => rate),
      perParameter(layout, ({ decays }) => (decays ? spec.weight_decay : 0)),
    ),
    dropout: random.fork("dropout"),
    sitOut: rows.filter((row) => parts[row] === group),
    heldOut: new Float32Array(0),
  };
}

function takeStep(
  layout: Layout,
  lockstep: Lockstep,
  trainees: Trainee[],
  { inputs, labels, parts }: EnsembleTask,
  batch: Uint32Array,
  learningRate: number,
): void {
  const gradients = new Map(
    trainees.map(({ group, parameters, dropout }) => {
      const rows = batch.filter((row) => parts[row] !== group);
      return [group, clip(lossGradient(layout, parameters, inputs, labels, rows, dropout))];
    }),
  );
  const { sharedSize } = layout;
  const shared = lockstep.exchange(
    new Map([...gradients].map(([group, g]) => [group, g.subarray(0, sharedSize)])),
  );
  const sum = new Float32Array(sharedSize);
  for (const part of shared) for (let i = 0; i < sharedSize; i++) sum[i]! += part[i]!;
  for (const { group, parameters, adam } of trainees) {
    const gradient = gradients.get(group)!;
    gradient.set(sum);
    adam.step(parameters, gradient, learningRate);
  }
}

/** Shortens a gradient to the longest allowed, in place (Pascanu, Mikolov & Bengio 2013, arXiv 1211.5063). */
export function clip(gradient: Float32Array, longest = longestGradient): Float32Array {
  let squares = 0;
  for (let i = 0; i < gradient.length; i++) squares += gradient[i]! ** 2;
  const length = Math.sqrt(squares);
  if (length > longest) for (let i = 0; i < gradient.length; i++) gradient[i]! *= longest / length;
  return gradient;
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

function logLoss(labels: Uint8Array, rows: Uint32Array, probabilities: Float32Array): number {
  let sum = 0;
  rows.forEach((row, i) => {
    const x = logit(probabilities[i]!);
    sum -= Math.log(sigmoid(labels[row] === 1 ? x : -x));
  });
  return sum / rows.length;
}
