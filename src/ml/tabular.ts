import { Random } from "../stats/random.js";
import { useBackend } from "./backend.js";
import { calibrate, fitPlatt, logit, type PlattScaling } from "./calibration.js";
import { encode, fitEncoder, type Encoder, type EncoderWarning } from "./encoders.js";
import { stratifiedFolds } from "./folds.js";
import type { Frame } from "./frame.js";
import { trainGroups, type Progress } from "./group-pool.js";
import { predictGroup, type GroupFit, type GroupTask } from "./group.js";
import { layoutOf } from "./network.js";
import type { NetworkSpec } from "./spec.js";
import { refuseThinLabel, type LabelWords } from "./thin-label.js";

/** A trained tabular network: an ensemble of groups of members, its encoder and its calibration. */
export interface TabularModel {
  spec: NetworkSpec;
  encoder: Encoder;
  /** Inputs per encoded row, and how many of them are scaled numbers. */
  inputs: number;
  numbers: number;
  /** Each group's parameters, as one flat vector; `layoutOf` says what lies where. */
  groups: Float32Array[];
  calibration: PlattScaling;
  /** Encoded training rows, `k x inputs`, that explanations compare with. */
  background: Float32Array;
}

export interface TrainingOptions {
  spec: NetworkSpec;
  seed: number | string;
  /** `n` keys; rows of equal key sit out together, e.g. the snapshots of one customer. By default each row is its own. */
  clusters?: readonly (string | number)[] | undefined;
  words?: LabelWords | undefined;
  onProgress?: Progress | undefined;
}

/** What a training run gives. */
export interface TabularFit {
  model: TabularModel;
  /** `n` calibrated probabilities, each from the one group that was not trained on the row. */
  outOfFold: Float32Array;
  warnings: EncoderWarning[];
  /** The epoch that each group kept. */
  epochs: number[];
}

const backgroundRows = 32;
const scoringRows = 8192;
const plainWords: LabelWords = { rows: "rows", positive: "are positive", model: "model" };

/**
 * Trains the tabular network on `n` labelled rows.
 *
 * Members are small networks with two hidden layers over the encoded inputs and periodic embeddings of the numbers (see
 * `forward`). Groups of members are trained apart, each sitting out one part of the rows, stratified by label: that part
 * stops its training early (see `trainGroup`), and gives out-of-fold predictions, on which Platt scaling is fitted. The
 * prediction is the mean of all members' probabilities, calibrated. The same seed gives the same model on one backend.
 *
 * @param labels `n` values, 1 for positive, 0 for negative.
 * @throws UserError for a label with too few of either class, an infinite number, or no column of use.
 */
export async function trainTabular(
  frame: Frame,
  labels: Uint8Array,
  options: TrainingOptions,
): Promise<TabularFit> {
  const training = prepareTraining(frame, labels, options);
  return completeTraining(training, await trainGroups(training.tasks, options.onProgress));
}

/** A training run before its groups are trained. */
export interface Training {
  spec: NetworkSpec;
  encoder: Encoder;
  warnings: EncoderWarning[];
  tasks: GroupTask[];
  background: Float32Array;
}

/** Checks and encodes the rows and lays out one task per group. */
export function prepareTraining(
  frame: Frame,
  labels: Uint8Array,
  { spec, seed, clusters, words = plainWords }: TrainingOptions,
): Training {
  if (labels.length !== frame.n) {
    throw new RangeError(`expected one label per row, found ${labels.length} for ${frame.n}`);
  }
  refuseThinLabel(labels, words);
  const { encoder, warnings } = fitEncoder(frame);
  const inputs = encode(encoder, frame);
  const random = new Random(seed);
  const parts = sitOutParts(labels, clusters, spec.groups, `${seed}/parts`);
  const tasks = Array.from({ length: spec.groups }, (_, group): GroupTask => {
    const all = Uint32Array.from(labels.keys());
    const rows = all.filter((row) => parts[row] !== group);
    const heldOut = all.filter((row) => parts[row] === group);
    return { spec, inputs, labels, rows, heldOut, seed: `${seed}/group ${group}` };
  });
  const drawn = random.fork("background").shuffle(Uint32Array.from(labels.keys())).slice(0, backgroundRows);
  const background = new Float32Array(drawn.length * inputs.d);
  drawn.forEach((row, k) =>
    background.set(inputs.data.subarray(row * inputs.d, (row + 1) * inputs.d), k * inputs.d),
  );
  return { spec, encoder, warnings, tasks, background };
}

/** Puts trained groups together into a model and calibrates it on their out-of-fold predictions. */
export function completeTraining(training: Training, fits: readonly GroupFit[]): TabularFit {
  const { spec, encoder, warnings, tasks, background } = training;
  const { inputs, labels } = tasks[0] as GroupTask;
  const outOfFold = new Float32Array(inputs.n);
  fits.forEach(({ heldOut }, group) => {
    tasks[group]?.heldOut.forEach((row, i) => (outOfFold[row] = heldOut[i] as number));
  });
  const calibration = fitPlatt(Float64Array.from(outOfFold, logit), labels);
  return {
    model: {
      spec,
      encoder,
      inputs: inputs.d,
      numbers: inputs.numbers,
      groups: fits.map(({ parameters }) => parameters),
      calibration,
      background,
    },
    outOfFold: outOfFold.map((p) => calibrate(calibration, logit(p))),
    warnings,
    epochs: fits.map(({ epoch }) => epoch),
  };
}

/**
 * The calibrated probability of each row, `n` in all; rows are encoded and scored some thousand at a time.
 *
 * @throws UserError if a column that the model was trained on is absent, of another kind, or holds an infinite number.
 */
export async function predictTabular(model: TabularModel, frame: Frame): Promise<Float32Array> {
  const logOdds = await predictLogOdds(model, frame);
  return logOdds.map((score) => calibrate(model.calibration, score));
}

/** The log-odds of the members' mean probability, before calibration, of each row. */
export async function predictLogOdds(model: TabularModel, frame: Frame): Promise<Float32Array> {
  await useBackend();
  const layout = layoutOf(model.spec, model.inputs, model.numbers);
  const logOdds = new Float32Array(frame.n);
  for (let start = 0; start < frame.n; start += scoringRows) {
    const inputs = encode(model.encoder, frame, start, Math.min(frame.n, start + scoringRows));
    const sum = new Float64Array(inputs.n);
    const rows = Uint32Array.from(sum.keys());
    for (const parameters of model.groups) {
      predictGroup(layout, parameters, inputs, rows).forEach((p, i) => (sum[i]! += p));
    }
    logOdds.set(
      sum.map((p) => logit(p / model.groups.length)),
      start,
    );
  }
  return logOdds;
}

/** Which group each row sits out of, stratified by label; rows of one cluster sit out together. */
function sitOutParts(
  labels: Uint8Array,
  clusters: TrainingOptions["clusters"],
  groups: number,
  seed: string,
): Int32Array {
  if (clusters === undefined) return stratifiedFolds(labels, { folds: groups, seed });
  const strata = new Map<string | number, number>();
  clusters.forEach((key, row) => strata.set(key, (strata.get(key) ?? 0) + (labels[row] as number)));
  const folds = stratifiedFolds([...strata.values()], { folds: groups, seed });
  const partOf = new Map([...strata.keys()].map((key, k) => [key, folds[k] as number]));
  return Int32Array.from(clusters, (key) => partOf.get(key) as number);
}
