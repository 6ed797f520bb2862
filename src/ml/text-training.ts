import { UserError } from "../errors.js";
import { quantile } from "../stats/bootstrap.js";
import { fitPlatt } from "./calibration.js";
import { splitByFold, stratifiedFolds } from "./folds.js";
import { naiveBayesScale } from "./naive-bayes-scale.js";
import { NgramIndex } from "./ngram-index.js";
import { NgramReader } from "./ngrams.js";
import { fitLogistic } from "./sparse-logistic.js";
import { appendColumns, multiply, type SparseMatrix } from "./sparse-matrix.js";
import {
  fitStandardisation,
  standardise,
  type DenseFeatures,
  type Standardisation,
} from "./standardisation.js";
import { countNgrams, fitFeatures, tfIdf, type FeatureColumns, type NgramCounts } from "./text-features.js";
import type { LabelHead, TextModel, Vocabulary } from "./text-model.js";
import { refuseThinLabel } from "./thin-label.js";
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
/** A text is unlike those trained on if its share of known words is lower than almost all of theirs, and than this. */
const ampleCoverage = 0.5;
const unusualShare = 0.005;

/**
 * Trains one calibrated linear classifier per label on the same features: tf-idf of character 2-4-grams and of token
 * 1-2-grams, each with a soft naive Bayes scale, and standardised dense features. Calibration (Platt 1999) and the
 * coverage that a text must have come from inner folds, in which the features are fitted anew.
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
  if (counts.counts.columns === 0) {
    throw new UserError(`expected texts with words in common, found none among ${data.texts.length} texts`);
  }
  const source = { ...data, dense: data.dense ?? { names: [], values: new Float32Array(0) }, counts };
  const { logOdds, coverage } = predictOutOfFold(source, seed);
  const fit = fitRows(
    source,
    Int32Array.from(data.texts, (_, row) => row),
  );
  return {
    vocabulary: makeVocabulary(data.texts, counts, fit.features),
    dense: fit.dense,
    heads: data.labels.map(({ name, values, prevalence }, label): LabelHead => {
      const weights = fit.weights[label]!;
      const ngrams = fit.features.columns.length;
      const trainingPrevalence = values.reduce((sum, value) => sum + value, 0) / values.length;
      return {
        label: name,
        ngramWeights: weights.slice(0, ngrams),
        denseWeights: weights.slice(ngrams, -1),
        intercept: weights.at(-1)!,
        calibration: fitPlatt(logOdds[label]!, values),
        trainingPrevalence,
        prevalence: prevalence ?? trainingPrevalence,
      };
    }),
    ground: {
      minimumWords,
      minimumCoverage: Math.min(quantile(coverage.sort(), unusualShare), ampleCoverage),
    },
  };
}

/** What all folds share. */
interface TrainingSource {
  texts: readonly (string | null)[];
  counts: NgramCounts;
  dense: DenseFeatures;
  labels: readonly TextLabel[];
}

/** Features and, per label, weights of n-grams, dense features and the intercept, fitted to some rows. */
interface RowsFit {
  features: FeatureColumns;
  dense: Standardisation;
  weights: Float32Array[];
}

function fitRows(source: TrainingSource, rows: Int32Array): RowsFit {
  const features = fitFeatures(source.counts, rows);
  const dense = fitStandardisation(source.dense, rows);
  const ngrams = tfIdf(source.counts, features, rows);
  const design = appendDense(ngrams, source.dense, dense, rows);
  const blocks = [
    { start: 0, end: features.characterFeatures },
    { start: features.characterFeatures, end: ngrams.columns },
  ];
  const weights = source.labels.map(({ values }) => {
    const labels = Uint8Array.from(rows, (row) => values[row]!);
    const scale = new Float32Array(design.columns).fill(1);
    for (const block of blocks) scale.set(naiveBayesScale(ngrams, labels, block), block.start);
    return fitLogistic(design, labels, scale);
  });
  return { features, dense, weights };
}

function predictOutOfFold(source: TrainingSource, seed: number | string) {
  const { texts, counts, dense, labels } = source;
  const rows = counts.counts.rows;
  const logOdds = labels.map(() => new Float64Array(rows));
  const coverage = new Float64Array(rows);
  const reader = new NgramReader();
  const strata = Array.from({ length: rows }, (_, row) => labels.map(({ values }) => values[row]).join(""));
  const foldOf = stratifiedFolds(strata, { folds: innerFolds, seed });
  for (let fold = 0; fold < innerFolds; fold++) {
    const { inside, outside } = splitByFold(foldOf, fold);
    const fit = fitRows(source, outside);
    const design = appendDense(tfIdf(counts, fit.features, inside), dense, fit.dense, inside);
    fit.weights.forEach((weights, label) => {
      multiply(design, weights).forEach((score, position) => (logOdds[label]![inside[position]!] = score));
    });
    const vocabulary = NgramIndex.of(featureHashes(counts, fit.features));
    for (const row of inside) {
      reader.read(texts[row] ?? "");
      coverage[row] = wordCoverage(reader, vocabulary);
    }
  }
  return { logOdds, coverage: coverage.filter(Number.isFinite) };
}

/** The design matrix: n-grams, standardised dense features, and the constant 1. */
function appendDense(
  ngrams: SparseMatrix,
  { names, values }: DenseFeatures,
  standardisation: Standardisation,
  rows: Int32Array,
): SparseMatrix {
  const width = names.length + 1;
  const block = new Float32Array(rows.length * width).fill(1);
  rows.forEach((row, position) => {
    for (let feature = 0; feature < names.length; feature++) {
      const value = values[row * names.length + feature]!;
      block[position * width + feature] = standardise(standardisation, feature, value);
    }
  });
  return appendColumns(ngrams, block, width);
}

function makeVocabulary(
  texts: readonly (string | null)[],
  counts: NgramCounts,
  features: FeatureColumns,
): Vocabulary {
  const { characterFeatures, inverseDocumentFrequency } = features;
  const hashes = featureHashes(counts, features);
  const index = NgramIndex.of(hashes);
  return { ngrams: spell(texts, index), characterFeatures, inverseDocumentFrequency, hashes, index };
}

function featureHashes({ hashes }: NgramCounts, { columns }: FeatureColumns): Int32Array {
  return Int32Array.from(columns, (column) => hashes[column]!);
}

/** The n-grams of an index as text, found again in the texts that they come from. */
function spell(texts: readonly (string | null)[], index: NgramIndex): string[] {
  const reader = new NgramReader();
  const ngrams = new Array<string>(index.size);
  let found = 0;
  for (const text of texts) {
    if (found === index.size) break;
    reader.read(text ?? "");
    const spans = reader.spans();
    spans.forEach((span, position) => {
      const feature = index.find(reader.hashes[position]!);
      if (feature < 0 || ngrams[feature] !== undefined) return;
      ngrams[feature] = reader.slice(span);
      found++;
    });
  }
  return ngrams;
}
