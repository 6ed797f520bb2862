import type { Interval } from "./bootstrap.js";
import { designMatrix, type DesignMatrix, type Fact } from "./design-matrix.js";
import { logisticRegression } from "./logistic-regression.js";
import { pairedAuc, varianceOfMean } from "./paired-auc.js";
import { chiSquaredTail } from "./special-functions.js";

/** What facts add to a prediction that others make already. All is measured on the rows that no model has learnt from. */
export interface IncrementalPrediction {
  baseAuc: number;
  auc: number;
  aucGain: Interval;
  /** Mean negative log-likelihood of an outcome, in nats: less is better. */
  baseLogLoss: number;
  logLoss: number;
  /** The part of the log loss that the added facts take away. */
  logLossGain: Interval;
  /** Likelihood ratio of the two models fitted to the test rows themselves: chi-squared if the added facts tell nothing. */
  likelihoodRatio: number;
  degreesOfFreedom: number;
  pValue: number;
}

export interface PredictionData {
  /** `n` outcomes, 1 and 0. */
  outcome: Float64Array;
  /** `n` values, 1 for the rows to learn from and 0 for those to test on; rows to test on are independent. */
  isTraining: Float64Array;
  base: readonly Fact[];
}

/** So weak that it only keeps separated groups finite. */
const ridge = 1e-3;

/**
 * Whether `added` facts predict an outcome beyond the `base` facts: logistic regressions with and without them are learnt from the
 * training rows and compared on the test rows, by the area under the ROC curve (DeLong et al. 1988) and by the log loss, a proper
 * score; intervals are 95% ones of paired differences. The likelihood ratio test is that of nested models (Wilks 1938).
 */
export function incrementalPrediction(
  { outcome, isTraining, base }: PredictionData,
  added: readonly Fact[],
): IncrementalPrediction {
  const n = outcome.length;
  const isTest = isTraining.map((value) => 1 - value);
  const [without, beside] = [designMatrix(n, base), designMatrix(n, [...base, ...added])];
  const tested = (values: Float64Array) => values.filter((_, row) => isTest[row] === 1);
  const predict = (design: DesignMatrix) =>
    tested(logisticRegression(design, outcome, { weights: isTraining, ridge }).probabilities);
  const outcomes = tested(outcome);
  const [first, second] = [predict(without), predict(beside)];
  const losses = [first, second].map((predicted) => logLosses(outcomes, predicted));
  const [before, after] = [losses[0]!, losses[1]!];
  const saved = before.map((loss, row) => loss - after[row]!);
  const auc = pairedAuc(outcomes, first, second);
  const likelihoodRatio = 2 * (deviance(without, outcome, isTest) - deviance(beside, outcome, isTest));
  const degreesOfFreedom = beside.d - without.d;
  return {
    baseAuc: auc.first,
    auc: auc.second,
    aucGain: auc.gain,
    baseLogLoss: mean(before),
    logLoss: mean(after),
    logLossGain: around(mean(saved), Math.sqrt(varianceOfMean(saved))),
    likelihoodRatio: Math.max(likelihoodRatio, 0),
    degreesOfFreedom,
    pValue: degreesOfFreedom > 0 ? chiSquaredTail(Math.max(likelihoodRatio, 0), degreesOfFreedom) : NaN,
  };
}

/** The negative log-likelihood of the rows of weight 1, by the model fitted to them. */
function deviance(design: DesignMatrix, outcome: Float64Array, weights: Float64Array): number {
  const { probabilities } = logisticRegression(design, outcome, { weights, ridge: 1e-9 });
  const losses = logLosses(outcome, probabilities);
  return losses.reduce((sum, loss, row) => sum + weights[row]! * loss, 0);
}

function logLosses(outcomes: Float64Array, probabilities: Float64Array): Float64Array {
  return outcomes.map((outcome, row) => {
    const p = Math.min(Math.max(probabilities[row]!, 1e-15), 1 - 1e-15);
    return -(outcome * Math.log(p) + (1 - outcome) * Math.log(1 - p));
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function around(value: number, error: number): Interval {
  return { value, low: value - 1.959963984540054 * error, high: value + 1.959963984540054 * error };
}
