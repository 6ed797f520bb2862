import { Random } from "../stats/random.js";
import { useBackend } from "./backend.js";
import { logit } from "./calibration.js";
import { calibratedProbability, chooseCalibration, type Calibration } from "./calibration-choice.js";
import { tabulateEmbeddings } from "./embedding-table.js";
import { encode, fitEncoder, type Encoder, type EncoderWarning } from "./encoders.js";
import { stratifiedFolds } from "./folds.js";
import type { Frame } from "./frame.js";
import type { EnsembleTask, GroupFit } from "./ensemble.js";
import { trainEnsembles, type Progress } from "./ensemble-pool.js";
import { disposeGroups, predictGroups, scoringGroups } from "./group.js";
import { layoutOf } from "./network.js";
import { ScoringPool, type Predict, type ScoringTask } from "./scoring-pool.js";
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
  calibration: Calibration;
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

const backgroundRows = 16;
/** Rows that are encoded and scored at once. */
const scoringRows = 2048;
/** From so many rows of one model on, threads are worth their start. */
const manyRows = 50_000;
const plainWords: LabelWords = { rows: "rows", positive: "are positive", model: "model" };

/**
 * Trains the tabular network on `n` labelled rows.
 *
 * Members are small networks with two hidden layers over the encoded inputs and periodic embeddings of the numbers (see
 * `firstLayer`). Each group of members is trained without one part of the rows, stratified by label: that part
 * stops its training early (see `trainShare`), and gives out-of-fold predictions, on which the calibration is chosen and fitted. The
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
  const [fits] = await trainEnsembles([training.task], options.onProgress);
  return completeTraining(training, fits!);
}

/** A training run before its ensemble is trained. */
export interface Training {
  spec: NetworkSpec;
  encoder: Encoder;
  warnings: EncoderWarning[];
  task: EnsembleTask;
  background: Float32Array;
}

/** Checks and encodes the rows and decides which rows sit out of which group. */
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
  const drawn = random.fork("background").shuffle(Uint32Array.from(labels.keys())).slice(0, backgroundRows);
  const background = new Float32Array(drawn.length * inputs.d);
  drawn.forEach((row, k) =>
    background.set(inputs.data.subarray(row * inputs.d, (row + 1) * inputs.d), k * inputs.d),
  );
  return { spec, encoder, warnings, task: { spec, inputs, labels, parts, seed: `${seed}` }, background };
}

/** Puts trained groups together into a model and calibrates it on their out-of-fold predictions. */
export function completeTraining(training: Training, fits: readonly GroupFit[]): TabularFit {
  const { spec, encoder, warnings, task, background } = training;
  const { inputs, labels, parts } = task;
  const outOfFold = new Float32Array(inputs.n);
  for (const { group, heldOut } of fits) {
    const rows = Uint32Array.from(labels.keys()).filter((row) => parts[row] === group);
    rows.forEach((row, i) => (outOfFold[row] = heldOut[i]!));
  }
  const calibration = chooseCalibration(Float64Array.from(outOfFold, logit), labels, parts);
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
    outOfFold: outOfFold.map((p) => calibratedProbability(calibration, logit(p))),
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
  return logOdds.map((score) => calibratedProbability(model.calibration, score));
}

/** The log-odds of the members' mean probability, before calibration, of each row. */
export async function predictLogOdds(model: TabularModel, frame: Frame): Promise<Float32Array> {
  await useBackend();
  const use = useOf(model);
  use.rows += frame.n;
  const logOdds = new Float32Array(frame.n);
  const starts = Array.from({ length: Math.ceil(frame.n / scoringRows) }, (_, k) => k * scoringRows).values();
  const scoreWith = async (predict: Predict) => {
    for (const start of starts) {
      const inputs = encode(model.encoder, frame, start, Math.min(frame.n, start + scoringRows));
      logOdds.set((await predict(inputs)).map(logit), start);
    }
  };
  if (use.rows >= manyRows && (await use.pool.isOfUse())) {
    await use.pool.use(async (threads) => void (await Promise.all(threads.map(scoreWith))));
  } else {
    const { layout, groups, table } = use.task;
    const scoring = scoringGroups(layout, groups, table);
    await scoreWith((inputs) => predictGroups(scoring, inputs));
    disposeGroups(scoring);
  }
  return logOdds;
}

/** A model in use: how many rows it has scored, and with what. */
interface Use {
  rows: number;
  task: ScoringTask;
  pool: ScoringPool;
}

/** The models in use: to make their embedding tables takes as long as to score some thousand rows. */
const uses = new WeakMap<TabularModel, Use>();

function useOf(model: TabularModel): Use {
  const known = uses.get(model);
  if (known) return known;
  const { spec, inputs, numbers, groups } = model;
  const layout = layoutOf(spec, inputs, numbers);
  const task = { layout, groups, table: tabulateEmbeddings(layout, groups) };
  const use = { rows: 0, task, pool: new ScoringPool(task) };
  uses.set(model, use);
  return use;
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
