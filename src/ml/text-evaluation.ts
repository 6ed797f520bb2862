import { splitByFold } from "./folds.js";
import { measureLabels, type LabelPredictions, type LabelsEvaluation } from "./label-measures.js";
import { predictText, probabilityOf } from "./text-prediction.js";
import { selectDense } from "./standardisation.js";
import { trainTextModel, type LabelledTexts, type TextTrainingOptions } from "./text-training.js";

/** How well text models predict texts that they were not trained on. */
export interface TextEvaluation extends LabelsEvaluation {
  rows: number;
  /** Texts that a model would decline to judge; they are judged and counted in all measures nevertheless. */
  withheld: number;
  /** Seconds to train the models of all folds and to predict. */
  seconds: number;
  /** Calibrated probabilities and decisions, each from a model that was not trained on the row's fold. */
  predictions: LabelPredictions[];
}

/**
 * Trains on all folds but one and predicts that one, for each fold. A single label is taken as given from a probability of
 * 0.5; of several, each is from the threshold that gives the best F1 over all labels on inner folds of the training texts.
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
  const { labels, withheld } = predictOutOfFold(data, foldOf, options);
  const seconds = (performance.now() - started) / 1000;
  return {
    rows: data.texts.length,
    ...measureLabels(labels, foldOf, options.seed),
    withheld,
    seconds,
    predictions: labels,
  };
}

function predictOutOfFold(
  data: LabelledTexts,
  foldOf: ArrayLike<number>,
  options: TextTrainingOptions,
): { labels: LabelPredictions[]; withheld: number } {
  const labels = data.labels.map(({ name, values }) => ({
    name,
    values,
    probabilities: new Float64Array(values.length),
    decisions: new Uint8Array(values.length),
  }));
  let withheld = 0;
  for (const fold of new Set(Array.from(foldOf))) {
    const { inside, outside } = splitByFold(foldOf, fold);
    const model = trainTextModel(selectTexts(data, outside), {
      ...options,
      seed: `${options.seed}/fold ${fold}`,
    });
    const threshold = labels.length === 1 ? 0.5 : model.threshold;
    const { texts, dense } = selectTexts(data, inside);
    const { logOdds, withheld: reasons } = predictText(model, texts, dense);
    labels.forEach(({ probabilities, decisions }, label) => {
      inside.forEach((row, position) => {
        const probability = probabilityOf(model.heads[label]!, logOdds[label]![position]!);
        probabilities[row] = probability;
        decisions[row] = probability >= threshold ? 1 : 0;
      });
    });
    withheld += reasons.filter((reason) => reason !== null).length;
  }
  return { labels, withheld };
}

function selectTexts({ texts, dense, labels }: LabelledTexts, rows: Int32Array): LabelledTexts {
  return {
    texts: Array.from(rows, (row) => texts[row] ?? null),
    dense: dense && selectDense(dense, rows),
    labels: labels.map((label) => ({ ...label, values: Uint8Array.from(rows, (row) => label.values[row]!) })),
  };
}
