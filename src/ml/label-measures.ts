import { bootstrap, type Counts, type Interval } from "../stats/bootstrap.js";
import { splitByFold } from "./folds.js";
import { brier, metricIntervals, rank, rocAuc } from "./metrics.js";
import { calibrationFloor, expectedCalibrationError, type CalibrationFloor } from "./reliability.js";

/** What is predicted of one label for `n` rows. */
export interface LabelPredictions {
  name: string;
  /** 1 where the label holds, else 0. */
  values: Uint8Array;
  probabilities: Float64Array;
  /** 1 where the label is taken as given. */
  decisions: Uint8Array;
}

const ofProbabilities = { auc: rocAuc, brier, ece: expectedCalibrationError };

/** Accuracy and F1 judge the decisions, the others the probabilities. */
export type Measures<Value = number> = Record<"accuracy" | "auc" | "f1" | "brier" | "ece", Value>;

/** Measures of one label over all rows together, each with its bootstrap interval, and fold by fold. */
export interface LabelEvaluation extends Measures<Interval> {
  label: string;
  positives: number;
  /** The calibration error that perfect calibration would show. */
  ece_floor: CalibrationFloor;
  /** Means over the folds that a measure has a meaning in: AUC needs both classes. */
  mean: Measures;
  per_fold: (Measures & FoldRows & { positives: number })[];
}

interface FoldRows {
  fold: number;
  rows: number;
}

/** F1 over all rows of all labels, and the mean of the labels' F1. */
export interface SharedF1<Value = number> {
  micro_f1: Value;
  macro_f1: Value;
}

/** Measures of several labels of the same rows. */
export interface LabelsEvaluation extends SharedF1<Interval> {
  labels: LabelEvaluation[];
  mean: SharedF1;
  per_fold: (SharedF1 & FoldRows)[];
}

/** @param foldOf `n` fold numbers */
export function measureLabels(
  labels: readonly LabelPredictions[],
  foldOf: ArrayLike<number>,
  seed: number | string,
): LabelsEvaluation {
  const perFold = foldsOf(foldOf).map((fold) => {
    const { inside } = splitByFold(foldOf, fold);
    return { fold, rows: inside.length, ...sharedF1(labels.map((label) => selectRows(label, inside))) };
  });
  const statistics = (counts: Counts): number[] => {
    const { micro_f1, macro_f1 } = sharedF1(labels, counts);
    return [micro_f1, macro_f1];
  };
  const [micro, macro] = bootstrap(foldOf.length, statistics, { seed: `${seed}/bootstrap` });
  return {
    labels: labels.map((label) => measureLabel(label, foldOf, seed)),
    micro_f1: micro!,
    macro_f1: macro!,
    mean: {
      micro_f1: meanOf(perFold.map(({ micro_f1 }) => micro_f1)),
      macro_f1: meanOf(perFold.map(({ macro_f1 }) => macro_f1)),
    },
    per_fold: perFold,
  };
}

function measureLabel(
  label: LabelPredictions,
  foldOf: ArrayLike<number>,
  seed: number | string,
): LabelEvaluation {
  const { name, values, probabilities } = label;
  const options = { seed: `${seed}/bootstrap` };
  const ranked = rank(values, probabilities);
  const { auc, brier, ece } = metricIntervals(ranked, ofProbabilities, options);
  const judge = (counts: Counts): number[] => {
    const { accuracy, f1 } = judgeDecisions(confusion(label, counts));
    return [accuracy, f1];
  };
  const [accuracy, f1] = bootstrap(values.length, judge, options);
  const perFold = foldsOf(foldOf).map((fold) => {
    const { inside } = splitByFold(foldOf, fold);
    const rows = selectRows(label, inside);
    return { fold, rows: inside.length, positives: positivesOf(rows.values), ...measure(rows) };
  });
  return {
    label: name,
    positives: positivesOf(values),
    accuracy: accuracy!,
    auc,
    f1: f1!,
    brier,
    ece,
    ece_floor: calibrationFloor(ranked, { seed: `${seed}/ece` }),
    mean: measuresBy((measure) => meanOf(perFold.map((fold) => fold[measure]))),
    per_fold: perFold,
  };
}

function measure(label: LabelPredictions): Measures {
  const { accuracy, f1 } = judgeDecisions(confusion(label));
  const ranked = rank(label.values, label.probabilities);
  return { accuracy, auc: rocAuc(ranked), f1, brier: brier(ranked), ece: expectedCalibrationError(ranked) };
}

interface Confusion {
  rows: number;
  /** True positives. */
  hits: number;
  /** False positives and false negatives. */
  errors: number;
}

function confusion({ values, decisions }: LabelPredictions, counts?: Counts): Confusion {
  let [rows, hits, errors] = [0, 0, 0];
  for (let row = 0; row < values.length; row++) {
    const count = counts?.[row] ?? 1;
    rows += count;
    if (values[row] !== decisions[row]) errors += count;
    else if (values[row] === 1) hits += count;
  }
  return { rows, hits, errors };
}

function judgeDecisions({ rows, hits, errors }: Confusion): { accuracy: number; f1: number } {
  return { accuracy: (rows - errors) / rows, f1: f1Of({ hits, errors }) };
}

/** NaN where a label neither holds nor is predicted. */
function f1Of({ hits, errors }: Pick<Confusion, "hits" | "errors">): number {
  return (2 * hits) / (2 * hits + errors);
}

function sharedF1(labels: readonly LabelPredictions[], counts?: Counts): SharedF1 {
  const confusions = labels.map((label) => confusion(label, counts));
  const hits = confusions.reduce((sum, { hits }) => sum + hits, 0);
  const errors = confusions.reduce((sum, { errors }) => sum + errors, 0);
  return { micro_f1: f1Of({ hits, errors }), macro_f1: meanOf(confusions.map(f1Of)) };
}

function foldsOf(foldOf: ArrayLike<number>): number[] {
  return [...new Set(Array.from(foldOf))].sort((a, b) => a - b);
}

function selectRows(label: LabelPredictions, rows: Int32Array): LabelPredictions {
  return {
    name: label.name,
    values: Uint8Array.from(rows, (row) => label.values[row]!),
    probabilities: Float64Array.from(rows, (row) => label.probabilities[row]!),
    decisions: Uint8Array.from(rows, (row) => label.decisions[row]!),
  };
}

function positivesOf(values: Uint8Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The mean of the values that are numbers. */
function meanOf(values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

function measuresBy(value: (measure: keyof Measures) => number): Measures {
  return {
    accuracy: value("accuracy"),
    auc: value("auc"),
    f1: value("f1"),
    brier: value("brier"),
    ece: value("ece"),
  };
}
