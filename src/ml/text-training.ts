import { UserError } from "../errors.js";
import { quantile } from "../stats/bootstrap.js";
import { betaLogOdds, fitBeta, softplus } from "./beta-calibration.js";
import { sigmoid } from "./calibration.js";
import { bestF1Threshold } from "./f1-threshold.js";
import { splitByFold, stratifiedFolds } from "./folds.js";
import { NgramIndex } from "./ngram-index.js";
import { NgramReader } from "./ngrams.js";
import type { DenseFeatures } from "./standardisation.js";
import { countNgrams } from "./text-features.js";
import { fitRows, scoreRows, type CountedTexts } from "./text-fit.js";
import type { LabelHead, TextModel } from "./text-model.js";
import { refuseThinLabel } from "./thin-label.js";
import { featureHashes, makeVocabulary } from "./vocabulary.js";
import { wordCoverage } from "./word-coverage.js";

/** Texts with 0/1 labels, `n` of each; several labels may hold of one text. */
export interface LabelledTexts {
  texts: readonly (string | null)[];
  dense?: DenseFeatures | undefined;
  labels: readonly TextLabel[];
}

export interface TextLabel {
  name: string;
  /** 1 where the label holds, else 0. */
  values: Uint8Array;
  /** Share of texts with the label where the model will be used; that of the training texts unless given. */
  prevalence?: number | undefined;
}

export interface TextTrainingOptions {
  seed: number | string;
  /** Texts with fewer words are not judged. */
  minimumWords: number;
}

const innerFolds = 5;
/** Values of C to choose from: texts that tell the label plainly bear weaker penalties than those that hint at it. */
const inversePenalties = [0.1, 0.3, 1, 3];
/** A text is unlike those trained on if its share of known words is lower than almost all of theirs, and than this. */
const ampleCoverage = 0.5;
const unusualShare = 0.005;

/**
 * Trains one calibrated linear classifier per label on the same features: tf-idf of character 2-4-grams and of token
 * 1-2-grams, each with a soft naive Bayes scale, and standardised dense features. Penalties, calibration, the threshold
 * and the coverage that a text must have come from inner folds, in which the features are fitted anew.
 *
 * Repeats exactly with the same texts, seed and backend; call `useBackend` first.
 *
 * @throws UserError if a label holds of too few or too many of the texts, or if no n-gram recurs.
 */
export function trainTextModel(data: LabelledTexts, { seed, minimumWords }: TextTrainingOptions): TextModel {
  for (const { name, values } of data.labels) {
    refuseThinLabel(values, { rows: "texts", positive: `are labelled ${name}`, model: `model of ${name}` });
  }
  const counts = countNgrams(data.texts);
  if (counts.hashes.length === 0) {
    throw new UserError(`expected texts with words in common, found none in ${data.texts.length} texts`);
  }
  const source = { counts, dense: data.dense ?? { names: [], values: new Float32Array(0) } };
  const outOfFold = predictOutOfFold(data, source, seed);
  const chosen = data.labels.map(({ values }, label) => choosePenalty(outOfFold.logOdds[label]!, values));
  const fit = fitRows(
    source,
    data.labels.map(({ values }, label) => ({ values, inversePenalties: [chosen[label]!.inversePenalty] })),
    Int32Array.from(data.texts, (_, row) => row),
  );
  const ngrams = fit.features.columns.length;
  return {
    vocabulary: makeVocabulary(data.texts, counts, fit.features),
    dense: fit.dense,
    heads: data.labels.map(({ name, values, prevalence }, label): LabelHead => {
      const weights = fit.weights[label]![0]!;
      const trainingPrevalence = values.reduce((sum, value) => sum + value, 0) / values.length;
      return {
        label: name,
        ngramWeights: weights.slice(0, ngrams),
        denseWeights: weights.slice(ngrams, -1),
        intercept: weights.at(-1)!,
        calibration: chosen[label]!.calibration,
        trainingPrevalence,
        prevalence: prevalence ?? trainingPrevalence,
      };
    }),
    ground: { minimumWords, minimumCoverage: unusualCoverage(outOfFold.coverage) },
    threshold: bestF1Threshold(
      data.labels.map(({ values }, label) => ({
        labels: values,
        probabilities: chosen[label]!.probabilities,
      })),
    ),
  };
}

/** The largest C whose calibrated out-of-fold log loss is within one standard error of the least (paired by text). */
function choosePenalty(logOddsByPenalty: readonly Float64Array[], labels: Uint8Array) {
  const choices = logOddsByPenalty.map((logOdds, index) => {
    const calibration = fitBeta(logOdds, labels);
    const calibrated = logOdds.map((score) => betaLogOdds(calibration, score));
    const losses = calibrated.map((score, row) => softplus(score) - labels[row]! * score);
    const probabilities = calibrated.map(sigmoid);
    return { inversePenalty: inversePenalties[index]!, calibration, probabilities, losses };
  });
  const best = choices.reduce((a, b) => (sum(b.losses) < sum(a.losses) ? b : a));
  const isAsGood = ({ losses }: { losses: Float64Array }): boolean => {
    const excess = losses.map((loss, row) => loss - best.losses[row]!);
    const mean = sum(excess) / excess.length;
    const deviation = Math.sqrt(sum(excess.map((value) => (value - mean) ** 2)) / excess.length);
    return mean <= deviation / Math.sqrt(excess.length);
  };
  return choices.findLast(isAsGood) ?? best;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function unusualCoverage(coverage: Float64Array): number {
  const ofTextsWithWords = coverage.filter(Number.isFinite).sort();
  return Math.min(quantile(ofTextsWithWords, unusualShare), ampleCoverage);
}

/** Per label and C, `n` log-odds, and `n` shares of known words, each from what was fitted to the other folds. */
function predictOutOfFold({ texts, labels }: LabelledTexts, source: CountedTexts, seed: number | string) {
  const logOdds = labels.map(() => inversePenalties.map(() => new Float64Array(texts.length)));
  const coverage = new Float64Array(texts.length);
  const reader = new NgramReader();
  const strata = texts.map((_, row) => labels.map(({ values }) => values[row]).join(""));
  const foldOf = stratifiedFolds(strata, { folds: innerFolds, seed });
  for (let fold = 0; fold < innerFolds; fold++) {
    const { inside, outside } = splitByFold(foldOf, fold);
    const toFit = labels.map(({ values }) => ({ values, inversePenalties }));
    const fit = fitRows(source, toFit, outside);
    for (const [label, perPenalty] of scoreRows(source, fit, inside).entries()) {
      for (const [index, scores] of perPenalty.entries()) {
        inside.forEach((row, position) => (logOdds[label]![index]![row] = scores[position]!));
      }
    }
    const vocabulary = NgramIndex.of(featureHashes(source.counts, fit.features));
    for (const row of inside) {
      reader.read(texts[row] ?? "");
      coverage[row] = wordCoverage(reader, vocabulary);
    }
  }
  return { logOdds, coverage };
}
