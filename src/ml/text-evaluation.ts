import { bootstrap, type Counts, type Interval } from "../stats/bootstrap.js";
import { splitByFold } from "./folds.js";
import { accuracy, brier, f1, metricIntervals, rank, rocAuc } from "./metrics.js";
import { calibrationFloor, expectedCalibrationError, type CalibrationFloor } from "./reliability.js";
import { predictText, probabilityOf } from "./text-prediction.js";
import { selectDense } from "./standardisation.js";
import { trainTextModel, type LabelledTexts, type TextTrainingOptions } from "./text-training.js";

const metrics = { accuracy, auc: rocAuc, f1, brier, ece: expectedCalibrationError };

/** Metrics of one label over the predictions of all folds together, each with its bootstrap interval. */
export type LabelEvaluation = Record<keyof typeof metrics, Interval> & {
  label: string;
  positives: number;
  /** The calibration error that perfect calibration would show. */
  ece_floor: CalibrationFloor;
};

/** How well text models predict texts that they were not trained on. */
export interface TextEvaluation {
  rows: number;
  labels: LabelEvaluation[];
  /** F1 over all rows of all labels, each taken as given from the threshold of the fold's model. */
  micro_f1: Interval;
  /** Texts that a model would decline to judge; they are judged and counted in all metrics nevertheless. */
  withheld: number;
  seconds: number;
  /** Per label, `n` calibrated probabilities, each from a model that was not trained on the row's fold. */
  predictions: Float64Array[];
}

/**
 * Trains on all folds but one and predicts that one, for each fold.
 *
 * @param foldOf `n` fold numbers, e.g. of `stratifiedFolds`.
 * @throws UserError as `trainTextModel` does; the training texts of each fold must have enough of every label.
 */
export function crossValidateText(
  data: LabelledTexts,
  foldOf: ArrayLike<number>,
  options: TextTrainingOptions,
): TextEvaluation {
  const started = performance.now();
  const { predictions, predicted, withheld } = predictOutOfFold(data, foldOf, options);
  const seconds = (performance.now() - started) / 1000;
  const seed = `${options.seed}/bootstrap`;
  const microF1 = (counts: Counts): number[] => [
    microF1Score(
      data.labels.map(({ values }) => values),
      predicted,
      counts,
    ),
  ];
  return {
    rows: data.texts.length,
    labels: data.labels.map(({ name, values }, label) => {
      const ranked = rank(values, predictions[label]!);
      return {
        label: name,
        positives: values.reduce((sum, value) => sum + value, 0),
        ...metricIntervals(ranked, metrics, { seed }),
        ece_floor: calibrationFloor(ranked, { seed: `${options.seed}/ece` }),
      };
    }),
    micro_f1: bootstrap(data.texts.length, microF1, { seed })[0]!,
    withheld,
    seconds,
    predictions,
  };
}

function predictOutOfFold(data: LabelledTexts, foldOf: ArrayLike<number>, options: TextTrainingOptions) {
  const predictions = data.labels.map(() => new Float64Array(data.texts.length));
  const predicted = data.labels.map(() => new Uint8Array(data.texts.length));
  let withheld = 0;
  for (const fold of new Set(Array.from(foldOf))) {
    const { inside, outside } = splitByFold(foldOf, fold);
    const model = trainTextModel(selectTexts(data, outside), {
      ...options,
      seed: `${options.seed}/fold ${fold}`,
    });
    const { texts, dense } = selectTexts(data, inside);
    const { logOdds, withheld: reasons } = predictText(model, texts, dense);
    model.heads.forEach((head, label) => {
      inside.forEach((row, position) => {
        const probability = probabilityOf(head, logOdds[label]![position]!);
        predictions[label]![row] = probability;
        predicted[label]![row] = probability >= model.threshold ? 1 : 0;
      });
    });
    withheld += reasons.filter((reason) => reason !== null).length;
  }
  return { predictions, predicted, withheld };
}

function selectTexts({ texts, dense, labels }: LabelledTexts, rows: Int32Array): LabelledTexts {
  return {
    texts: Array.from(rows, (row) => texts[row] ?? null),
    dense: dense && selectDense(dense, rows),
    labels: labels.map((label) => ({ ...label, values: Uint8Array.from(rows, (row) => label.values[row]!) })),
  };
}

function microF1Score(
  labels: readonly Uint8Array[],
  predicted: readonly Uint8Array[],
  counts: Counts,
): number {
  let [hits, errors] = [0, 0];
  labels.forEach((values, label) => {
    values.forEach((value, row) => {
      const guess = predicted[label]![row]!;
      if (value !== guess) errors += counts[row]!;
      else if (value === 1) hits += counts[row]!;
    });
  });
  return (2 * hits) / (2 * hits + errors);
}
