import { naiveBayesScale } from "./naive-bayes-scale.js";
import { fitLogistic } from "./sparse-logistic.js";
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

/** Features and, per label, weights of n-grams, dense features and the intercept, fitted to some rows. */
export interface RowsFit {
  features: FeatureColumns;
  dense: Standardisation;
  weights: Float32Array[];
}

/**
 * Fits features and one linear classifier per label to some of the rows.
 *
 * @param labels per label, `n` values, 0 or 1.
 */
export function fitRows(source: CountedTexts, labels: readonly Uint8Array[], rows: Int32Array): RowsFit {
  const features = fitFeatures(source.counts, rows);
  const dense = fitStandardisation(source.dense, rows);
  const ngrams = tfIdf(source.counts, features, rows);
  const design = appendDense(ngrams, source.dense, dense, rows);
  const blocks = [
    { start: 0, end: features.characterFeatures },
    { start: features.characterFeatures, end: ngrams.columns },
  ];
  const weights = labels.map((all) => {
    const values = Uint8Array.from(rows, (row) => all[row]!);
    const scale = new Float32Array(design.columns).fill(1);
    for (const block of blocks) scale.set(naiveBayesScale(ngrams, values, block), block.start);
    return fitLogistic(design, values, scale);
  });
  return { features, dense, weights };
}

/** Per label, the log-odds of some rows. */
export function scoreRows({ counts, dense }: CountedTexts, fit: RowsFit, rows: Int32Array): Float32Array[] {
  const design = appendDense(tfIdf(counts, fit.features, rows), dense, fit.dense, rows);
  return fit.weights.map((weights) => multiply(design, weights));
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
