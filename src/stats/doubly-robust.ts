import { clusterVariance } from "./cluster-variance.js";
import type { DesignMatrix } from "./design-matrix.js";
import { logisticRegression, predictLogistic, type LogisticOptions } from "./logistic-regression.js";

/** Rows of which some were treated, each described by what was known before. */
export interface TreatedRows {
  /** `n x d` facts. */
  design: DesignMatrix;
  /** `n`: 1 where treated, 0 where not. */
  treated: Uint8Array;
  /** `n`: 1 or 0; NaN where not yet known, which only treated rows are for. */
  outcome: Float64Array;
  /** `n`: rows of one cluster are not independent; from 0 to `clusterCount` - 1. */
  clusters: Uint32Array;
  clusterCount: number;
}

/** What the models say of each row. */
export interface Nuisances {
  /** `n` chances to be treated, given the facts. */
  propensity: Float64Array;
  /** `n` chances of the outcome without treatment, given the facts. */
  baseline: Float64Array;
  /** `n`: treated rows count 1, others the odds of having been treated; 0 outside the common support or without outcome. */
  weights: Float64Array;
}

export interface Estimate {
  value: number;
  standardError: number;
  low: number;
  high: number;
}

/** Rows as likely as this to be treated have hardly anybody to be compared with. */
const mostPropensity = 0.95;
const folds = 2;
const reach = 1.959963984540054;

/**
 * Chances to be treated and of the outcome without treatment, by logistic regressions on the half of the clusters that the row is not in
 * (cross-fitting: Chernozhukov et al. 2018).
 */
export function crossFit({ design, treated, outcome, clusters }: TreatedRows): Nuisances {
  const { n } = design;
  const isKnown = (row: number) => !Number.isNaN(outcome[row]!);
  const learnt = Float64Array.from(outcome, (value) => (Number.isNaN(value) ? 0 : value));
  let fit: Fits | undefined;
  const propensity = new Float64Array(n);
  const baseline = new Float64Array(n);
  for (let fold = 0; fold < folds; fold++) {
    const isOut = (row: number) => clusters[row]! % folds === fold;
    fit = fitBoth(design, treated, learnt, (row) => isKnown(row) && !isOut(row), fit);
    const [chances, outcomes] = [
      predictLogistic(design, fit.propensity),
      predictLogistic(design, fit.outcome),
    ];
    for (let row = 0; row < n; row++) {
      if (!isOut(row)) continue;
      propensity[row] = chances[row]!;
      baseline[row] = outcomes[row]!;
    }
  }
  const weights = propensity.map((chance, row) => {
    if (!isKnown(row) || chance > mostPropensity) return 0;
    return treated[row] ? 1 : chance / (1 - chance);
  });
  return { propensity, baseline, weights };
}

interface Fits {
  propensity: Float64Array;
  outcome: Float64Array;
}

function fitBoth(
  design: DesignMatrix,
  treated: Uint8Array,
  outcome: Float64Array,
  isLearnt: (row: number) => boolean,
  start?: Fits,
): Fits {
  const fit = (of: ArrayLike<number>, isUsed: (row: number) => boolean, from?: Float64Array) => {
    const weights = Float64Array.from(treated, (_, row) => Number(isUsed(row)));
    const options: LogisticOptions = from ? { weights, start: from } : { weights };
    return logisticRegression(design, of, options).coefficients;
  };
  return {
    propensity: fit(treated, isLearnt, start?.propensity),
    outcome: fit(outcome, (row) => isLearnt(row) && !treated[row], start?.outcome),
  };
}

/**
 * Mean effect of the treatment on the treated, in units of the outcome: what happened to them, less what the outcome model expects of
 * them without it, less the same difference among untreated rows weighted to be alike (augmented inverse propensity
 * weighting; Robins, Rotnitzky & Zhao 1994, for the treated: Moodie, Saarela & Stephens 2018). Right in large samples when
 * either model is. The interval is normal, from influence values added up within clusters.
 *
 * @param values `n` worths of the rows: the mean effect is then one per unit of worth. Default 1 each
 */
export function effectOnTreated(
  { treated, outcome, clusters, clusterCount }: TreatedRows,
  { baseline, weights }: Nuisances,
  values?: Float64Array,
): Estimate & { influence: Float64Array } {
  const n = treated.length;
  const worth = (row: number) => weights[row]! * (values ? values[row]! : 1);
  const totals = [0, 0];
  const sums = [0, 0];
  for (let row = 0; row < n; row++) {
    const weight = worth(row);
    if (weight === 0) continue;
    const arm = treated[row]!;
    totals[arm]! += weight;
    sums[arm]! += weight * (outcome[row]! - baseline[row]!);
  }
  const means = [sums[0]! / totals[0]!, sums[1]! / totals[1]!];
  const influence = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const weight = worth(row);
    if (weight === 0) continue;
    const arm = treated[row]!;
    const difference = (weight * n * (outcome[row]! - baseline[row]! - means[arm]!)) / totals[arm]!;
    influence[row] = arm === 1 ? difference : -difference;
  }
  return {
    ...normalInterval(means[1]! - means[0]!, clusterVariance(influence, clusters, clusterCount)),
    influence,
  };
}

/** An estimate with its standard error and normal 95% interval. */
export function normalInterval(value: number, variance: number): Estimate {
  const standardError = Math.sqrt(variance);
  return {
    value,
    standardError,
    low: value - reach * standardError,
    high: value + reach * standardError,
  };
}
