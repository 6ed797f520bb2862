import { betaLogOdds } from "./beta-calibration.js";
import { sigmoid } from "./calibration.js";
import { priorShift } from "./prior-correction.js";
import { standardise, type DenseFeatures } from "./standardisation.js";
import type { LabelHead, NoGround, TextModel } from "./text-model.js";
import { TextVectoriser } from "./text-vectoriser.js";
import { wordCoverage } from "./word-coverage.js";

/** Predictions for `n` texts, label by label in the order of the model's heads. */
export interface TextPredictions {
  /** Per label, `n` calibrated probabilities; NaN for a text without ground. */
  probabilities: Float64Array[];
  /** Per label, `n` log-odds before calibration, also for a text without ground. */
  logOdds: Float64Array[];
  /** Per text, why it is not judged, or null. */
  withheld: (NoGround | null)[];
}

/**
 * @param texts `n` texts; null is read as an empty one.
 * @param dense the features that the model was trained with, `n x k`, in the same order; none if it had none.
 * @throws RangeError if `dense` is not what the model was trained with, or not of `n` rows.
 */
export function predictText(
  model: TextModel,
  texts: readonly (string | null)[],
  dense?: DenseFeatures,
): TextPredictions {
  const vectoriser = new TextVectoriser(model.vocabulary);
  const values = denseValues(model, texts.length, dense);
  const width = model.dense.names.length;
  const logOdds = model.heads.map(() => new Float64Array(texts.length));
  const probabilities = model.heads.map(() => new Float64Array(texts.length));
  const withheld = texts.map((text, row) => {
    vectoriser.read(text ?? "");
    const reason = missingGround(model, vectoriser);
    const standardised = standardiseRow(model, values, row * width);
    model.heads.forEach((head, label) => {
      const score = headLogOdds(head, vectoriser, standardised);
      logOdds[label]![row] = score;
      probabilities[label]![row] = reason ? NaN : probabilityOf(head, score);
    });
    return reason;
  });
  return { probabilities, logOdds, withheld };
}

/** The calibrated probability of log-odds, corrected to the declared prevalence. */
export function probabilityOf(head: LabelHead, logOdds: number): number {
  const { calibration, trainingPrevalence, prevalence } = head;
  return sigmoid(betaLogOdds(calibration, logOdds) + priorShift(trainingPrevalence, prevalence));
}

/** The model as it predicts for texts like those it was trained on, not corrected to the declared prevalence. */
export function uncorrected(model: TextModel): TextModel {
  const heads = model.heads.map((head) => ({ ...head, prevalence: head.trainingPrevalence }));
  return { ...model, heads };
}

/** Why the text that was read has no ground to be judged on, or null. */
export function missingGround(
  { ground, vocabulary }: TextModel,
  { reader }: TextVectoriser,
): NoGround | null {
  if (reader.tokenCount === 0) return "empty_text";
  if (reader.wordCount < Math.max(ground.minimumWords, 1)) return "too_short";
  return wordCoverage(reader, vocabulary.index) < ground.minimumCoverage ? "unlike_training" : null;
}

/** One row of dense features in standard deviations, the row starting at `offset`. */
export function standardiseRow({ dense }: TextModel, values: Float32Array, offset: number): Float64Array {
  const row = new Float64Array(dense.names.length);
  for (let feature = 0; feature < row.length; feature++) {
    row[feature] = standardise(dense, feature, values[offset + feature]!);
  }
  return row;
}

/** The values of the dense features, checked against those of the model. */
export function denseValues(model: TextModel, rows: number, dense?: DenseFeatures): Float32Array {
  const expected = model.dense.names.join(", ");
  const found = dense?.names.join(", ") ?? "";
  if (found !== expected) throw new RangeError(`expected the dense features [${expected}], found [${found}]`);
  const values = dense?.values ?? new Float32Array(0);
  if (values.length !== rows * model.dense.names.length) {
    throw new RangeError(`expected dense features of ${rows} rows, found ${values.length} values`);
  }
  return values;
}

function headLogOdds(
  head: LabelHead,
  { features, values, size }: TextVectoriser,
  dense: Float64Array,
): number {
  let sum = head.intercept;
  for (let position = 0; position < size; position++) {
    sum += values[position]! * head.ngramWeights[features[position]!]!;
  }
  for (let feature = 0; feature < dense.length; feature++)
    sum += dense[feature]! * head.denseWeights[feature]!;
  return sum;
}
