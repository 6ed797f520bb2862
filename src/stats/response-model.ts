import { quantile } from "./bootstrap.js";
import type { FactMatrix } from "./design-matrix.js";
import { linearisedMean, type Clusters, type Linearised } from "./linearised.js";
import { logisticRegression } from "./logistic-regression.js";

/** The modelled chance of each of `n` people asked to answer. */
export interface ResponseModel {
  design: FactMatrix;
  /** `n` values: 1 who answered, 0 who did not. */
  answered: Float64Array;
  /** Share that answered. */
  rate: number;
  /** `n` probabilities. */
  probabilities: Float64Array;
  clusters: Clusters;
  /** `clusters x d`: what each cluster adds to the error of the model's coefficients. */
  coefficientErrors: Float64Array;
}

/** How those who answered stand for all who were asked. */
export interface ResponseWeights {
  /** `n` weights, 0 for those who did not answer. */
  values: Float64Array;
  /** `n` derivatives of the weight by the log-odds to answer. */
  slopes: Float64Array;
  /** Weights above this one were set to it; how many. */
  limit: number;
  trimmed: number;
}

/** Logistic regression of answering on facts from before the question. */
export function responseModel(design: FactMatrix, answered: Float64Array, clusters: Clusters): ResponseModel {
  const { n, d } = design;
  const { probabilities, covariance } = logisticRegression(design, answered);
  const scores = new Float64Array(clusters.count * d);
  for (let row = 0; row < n; row++) {
    const residual = answered[row]! - probabilities[row]!;
    const at = clusters.numbers[row]! * d;
    for (let k = 0; k < d; k++) scores[at + k]! += residual * design.values[row * d + k]!;
  }
  const coefficientErrors = new Float64Array(scores.length);
  for (let at = 0; at < scores.length; at += d) {
    for (let j = 0; j < d; j++) {
      const inverse = covariance[j]!;
      let sum = 0;
      for (let k = 0; k < d; k++) sum += inverse[k]! * scores[at + k]!;
      coefficientErrors[at + j] = sum;
    }
  }
  const rate = answered.reduce((sum, value) => sum + value, 0) / n;
  return { design, answered, rate, probabilities, clusters, coefficientErrors };
}

/**
 * Stabilised inverse propensity weights, rate / probability (Robins, Hernán & Brumback 2000), those above a quantile being set to it
 * (Lee, Lessler & Stuart 2011).
 *
 * @param trimAt quantile of the weights of those who answered, 0 to 1
 */
export function responseWeights(
  { answered, rate, probabilities }: ResponseModel,
  trimAt: number,
): ResponseWeights {
  const untrimmed = probabilities.map((probability, row) => (answered[row] === 1 ? rate / probability : 0));
  const limit = quantile(untrimmed.filter((weight) => weight > 0).sort(), trimAt);
  const values = untrimmed.map((weight) => Math.min(weight, limit));
  const slopes = untrimmed.map((weight, row) => (weight > limit ? 0 : -weight * (1 - probabilities[row]!)));
  const trimmed = untrimmed.reduce((count, weight) => count + Number(weight > limit), 0);
  return { values, slopes, limit, trimmed };
}

/**
 * The weighted mean of answers (Hájek 1971), whose error knows that the weights were estimated (Lunceford & Davidian 2004).
 *
 * @param rows who gave a score
 * @param scores `n` numbers
 * @param weights `n` of each
 */
export function weightedScore(
  rows: Int32Array,
  scores: Float64Array,
  weights: Pick<ResponseWeights, "values" | "slopes">,
  { design, clusters, coefficientErrors }: ResponseModel,
): Linearised {
  const { d } = design;
  const { value, errors, clusters: present } = linearisedMean(rows, scores, clusters, weights.values);
  let total = 0;
  for (const row of rows) total += weights.values[row]!;
  const gradient = new Float64Array(d);
  for (const row of rows) {
    const slope = (weights.slopes[row]! * (scores[row]! - value)) / total;
    for (let k = 0; k < d; k++) gradient[k]! += slope * design.values[row * d + k]!;
  }
  for (let cluster = 0; cluster < clusters.count; cluster++) {
    for (let k = 0; k < d; k++) errors[cluster]! += coefficientErrors[cluster * d + k]! * gradient[k]!;
  }
  return { value, errors, clusters: present };
}
