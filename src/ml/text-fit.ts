import { naiveBayesScale } from "./naive-bayes-scale.js";
import { designOf, fitLogistic } from "./sparse-logistic.js";
import { appendColumns, multiply, type SparseMatrix } from "./sparse-matrix.js";
import {
  fitStandardisation,
  standardise,
  type DenseFeatures,
  type Standardisation,
} from "./standardisation.js";
import { fitFeatures, tfIdf, type FeatureColumns, type NgramCounts } from "./text-features.js";

/** What is known of `n` texts: their n-grams and dense features. */
export interface CountedTexts {
  counts: NgramCounts;
  dense: DenseFeatures;
}

/** Features and, per label and C, weights of n-grams, dense features and the intercept, fitted to some rows. */
export interface RowsFit {
  features: FeatureColumns;
  dense: Standardisation;
  weights: Float32Array[][];
}

/** Rows that a label holds of, and how strongly to hold its weights back. */
export interface FitLabel {
  /** `n` values, 0 or 1. */
  values: Uint8Array;
  /** Values of C, ascending; see `fitLogistic`. */
  inversePenalties: readonly number[];
}

/** The third digit of log-odds is settled then; a fit to the last takes half as long again. */
const precision = 1e-2;

/** Fits features and, per label and C, a linear classifier to some of the rows. */
export function fitRows(source: CountedTexts, labels: readonly FitLabel[], rows: Int32Array): RowsFit {
  const features = fitFeatures(source.counts, rows);
  const dense = fitStandardisation(source.dense, rows);
  const ngrams = tfIdf(source.counts, features, rows);
  const design = designOf(appendDense(ngrams, source.dense, dense, rows));
  const blocks = [
    { start: 0, end: features.characterFeatures },
    { start: features.characterFeatures, end: ngrams.columns },
  ];
  const weights = labels.map((label) => {
    const values = Uint8Array.from(rows, (row) => label.values[row]!);
    const scale = new Float32Array(design.matrix.columns).fill(1);
    for (const block of blocks) scale.set(naiveBayesScale(ngrams, values, block), block.start);
    return fitLogistic(design, values, scale, label.inversePenalties, { precision });
  });
  return { features, dense, weights };
}

/** Per label and C, the log-odds of some rows. */
export function scoreRows({ counts, dense }: CountedTexts, fit: RowsFit, rows: Int32Array): Float32Array[][] {
  const design = appendDense(tfIdf(counts, fit.features, rows), dense, fit.dense, rows);
  return fit.weights.map((perPenalty) => perPenalty.map((weights) => multiply(design, weights)));
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
