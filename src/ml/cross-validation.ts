import type { EncoderWarning } from "./encoders.js";
import { splitByFold } from "./folds.js";
import { selectRows, type Frame } from "./frame.js";
import { trainEnsembles } from "./ensemble-pool.js";
import type { Interval } from "../stats/bootstrap.js";
import { averagePrecision, brier, logLoss, metricIntervals, rank, rocAuc, type Metric } from "./metrics.js";
import { calibrationFloor, expectedCalibrationError, type CalibrationFloor } from "./reliability.js";
import {
  completeTraining,
  predictTabular,
  prepareTraining,
  type Training,
  type TrainingOptions,
} from "./tabular.js";

const foldMetrics = {
  auc: rocAuc,
  average_precision: averagePrecision,
  brier,
  log_loss: logLoss,
} satisfies Record<string, Metric>;

export type FoldMetrics = Record<keyof typeof foldMetrics, number>;

export interface FoldResult extends FoldMetrics {
  fold: number;
  rows: number;
  positives: number;
}

/** How well a network predicts rows that it was not trained on. */
export interface CrossValidation {
  folds: FoldResult[];
  /** Mean over the folds that a metric has a meaning in: AUC needs both classes. */
  mean: FoldMetrics;
  /** Metrics of all folds' predictions together, with bootstrap intervals. */
  intervals: Record<keyof FoldMetrics, Interval>;
  /** Expected calibration error of all folds' predictions together, and what perfect calibration would show. */
  ece: number;
  ece_floor: CalibrationFloor;
  /** Seconds to train the models of all folds, encoding included. */
  fit_seconds: number;
  score_rows_per_second: number;
  /** `n` calibrated probabilities, each from the model that was not trained on the row's fold. */
  predictions: Float32Array;
  warnings: EncoderWarning[];
}

/**
 * Trains on all folds but one and predicts that one, for each fold; the folds are trained side by side.
 *
 * @param labels `n` values, 1 for positive, 0 for negative.
 * @param foldOf `n` fold numbers.
 * @throws UserError as `trainTabular` does; the training rows of each fold must have enough of both classes.
 */
export async function crossValidate(
  frame: Frame,
  labels: Uint8Array,
  foldOf: ArrayLike<number>,
  options: TrainingOptions,
): Promise<CrossValidation> {
  const started = performance.now();
  const runs = foldNumbers(foldOf).map((fold) => prepareFold(frame, labels, foldOf, fold, options));
  const tasks = runs.map(({ training }) => training.task);
  const fits = await trainEnsembles(tasks, options.onProgress);
  const models = runs.map(({ training }, index) => completeTraining(training, fits[index]!).model);
  const fitted = performance.now();
  const predictions = new Float32Array(frame.n);
  const folds: FoldResult[] = [];
  for (const [index, { fold, rows }] of runs.entries()) {
    const predicted = await predictTabular(models[index]!, selectRows(frame, rows));
    rows.forEach((row, i) => (predictions[row] = predicted[i]!));
    folds.push(foldResult(fold, selectLabels(labels, rows), predicted));
  }
  const scored = performance.now();
  const ranked = rank(labels, predictions);
  return {
    folds,
    mean: mapMetrics((name) =>
      meanOf(folds.map((fold) => fold[name]).filter((value) => !Number.isNaN(value))),
    ),
    intervals: metricIntervals(ranked, foldMetrics, { seed: `${options.seed}/intervals` }),
    ece: expectedCalibrationError(ranked),
    ece_floor: calibrationFloor(ranked, { seed: `${options.seed}/ece` }),
    fit_seconds: (fitted - started) / 1000,
    score_rows_per_second: (1000 * frame.n) / (scored - fitted),
    predictions,
    warnings: uniqueWarnings(runs.flatMap(({ training }) => training.warnings)),
  };
}

function foldNumbers(foldOf: ArrayLike<number>): number[] {
  return [...new Set(Array.from(foldOf))].sort((a, b) => a - b);
}

/** The rows of a fold, and the training run on all others. */
function prepareFold(
  frame: Frame,
  labels: Uint8Array,
  foldOf: ArrayLike<number>,
  fold: number,
  options: TrainingOptions,
): { fold: number; rows: Int32Array; training: Training } {
  const { inside, outside } = splitByFold(foldOf, fold);
  const { clusters } = options;
  const training = prepareTraining(selectRows(frame, outside), selectLabels(labels, outside), {
    ...options,
    seed: `${options.seed}/fold ${fold}`,
    clusters: clusters && Array.from(outside, (row) => clusters[row]!),
  });
  return { fold, rows: inside, training };
}

function selectLabels(labels: Uint8Array, rows: Int32Array): Uint8Array {
  return Uint8Array.from(rows, (row) => labels[row]!);
}

function foldResult(fold: number, labels: Uint8Array, probabilities: Float32Array): FoldResult {
  const ranked = rank(labels, probabilities);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return { fold, rows: labels.length, positives, ...mapMetrics((name) => foldMetrics[name](ranked)) };
}

function mapMetrics(value: (name: keyof FoldMetrics) => number): FoldMetrics {
  return {
    auc: value("auc"),
    average_precision: value("average_precision"),
    brier: value("brier"),
    log_loss: value("log_loss"),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function uniqueWarnings(warnings: EncoderWarning[]): EncoderWarning[] {
  return [...new Map(warnings.map((warning) => [`${warning.column}: ${warning.reason}`, warning])).values()];
}
