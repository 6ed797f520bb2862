import type { BuyTillYouDieModel } from "./buy-till-you-die.js";
import { expectedSpend, expectedSpendSlopes, gammaGammaParameters } from "./gamma-gamma.js";
import type { MaximumLikelihoodFit } from "./maximum-likelihood.js";
import { quadraticForm } from "./positive-definite.js";
import { spendQuantiles, type SpendQuantile } from "./predicted-spend.js";
import { historyAt, isSame, type PurchaseHistories, type PurchaseHistory } from "./purchase-history.js";

/** A fitted model of purchases, and one of spend where there is one. */
export interface FittedLifetimeValue {
  model: BuyTillYouDieModel;
  purchases: MaximumLikelihoodFit;
  spend?: MaximumLikelihoodFit;
}

export const lifetimeValueColumns = [
  "probability_alive",
  "probability_alive_parameter_low",
  "probability_alive_parameter_high",
  "expected_purchases",
  "expected_purchases_parameter_low",
  "expected_purchases_parameter_high",
  "purchases_prediction_low",
  "purchases_prediction_high",
  "expected_value",
  "expected_value_parameter_low",
  "expected_value_parameter_high",
  "value_prediction_low",
  "value_prediction_high",
] as const;

type LifetimeValueRow = Record<(typeof lifetimeValueColumns)[number], number>;

/** Two-sided 95% intervals. */
export const levels = { low: 0.025, high: 0.975 };
const normalQuantile = 1.959963984540054;
/** How far down the chances of many purchases are followed. */
const tail = 1e-5;

/**
 * What `n` histories promise for the coming `horizon` of weeks, with two kinds of 95% interval:
 *
 * - `..._parameter_low` and `_high` bound the expectation itself, whose parameters are estimated: the delta method on the
 *   log odds of being alive and on the logarithms of expected purchases and value;
 * - `..._prediction_low` and `_high` bound what the customer will do, given the parameters: quantiles of the exact
 *   predictive distribution of purchases and of the sum that they come to.
 *
 * @param histories fastest where equal histories stand side by side
 * @param repeatSpend what the repeat purchases of each history came to
 * @returns the columns of `lifetimeValueColumns`, `n` numbers each; the values are NaN without a model of spend
 */
export function lifetimeValues(
  fitted: FittedLifetimeValue,
  histories: PurchaseHistories,
  repeatSpend: Float64Array,
  horizon: number,
): { name: string; values: Float64Array }[] {
  const columns = lifetimeValueColumns.map((name) => ({
    name,
    values: new Float64Array(repeatSpend.length),
  }));
  const spend = fitted.spend && {
    fit: fitted.spend,
    quantile: spendQuantiles(gammaGammaParameters(fitted.spend)),
  };
  let prospect: Prospect | undefined;
  for (const [index, total] of repeatSpend.entries()) {
    const history = historyAt(histories, index);
    if (!prospect || !isSame(prospect.history, history)) prospect = prospectOf(fitted, history, horizon);
    const row = { ...purchasesOf(prospect), ...valueOf(prospect, spend, total) };
    for (const { name, values } of columns) values[index] = row[name];
  }
  return columns;
}

interface Prospect {
  history: PurchaseHistory;
  alive: { value: number; low: number; high: number };
  /** `error` is the standard error of the logarithm. */
  expected: { value: number; error: number };
  exceedance: number[];
}

function prospectOf(
  { model, purchases: { parameters, covarianceOfLogs } }: FittedLifetimeValue,
  history: PurchaseHistory,
  horizon: number,
): Prospect {
  const logitAlive = (at: readonly number[]) => logit(model.probabilityAlive(history, at));
  const logExpected = (at: readonly number[]) => Math.log(model.expectedPurchases(history, horizon, at));
  const alive = model.probabilityAlive(history, parameters);
  const reach = normalQuantile * standardError(logitAlive, parameters, covarianceOfLogs);
  return {
    history,
    alive: { value: alive, low: logistic(logit(alive) - reach), high: logistic(logit(alive) + reach) },
    expected: {
      value: model.expectedPurchases(history, horizon, parameters),
      error: standardError(logExpected, parameters, covarianceOfLogs),
    },
    exceedance: model.exceedance(history, horizon, parameters, tail),
  };
}

type ValueColumn = Extract<keyof LifetimeValueRow, `${string}value${string}`>;

function purchasesOf({ alive, expected, exceedance }: Prospect): Omit<LifetimeValueRow, ValueColumn> {
  const { low, high } = logNormalInterval(expected.value, expected.error);
  return {
    probability_alive: alive.value,
    probability_alive_parameter_low: alive.low,
    probability_alive_parameter_high: alive.high,
    expected_purchases: expected.value,
    expected_purchases_parameter_low: low,
    expected_purchases_parameter_high: high,
    purchases_prediction_low: purchasesQuantile(levels.low, exceedance),
    purchases_prediction_high: purchasesQuantile(levels.high, exceedance),
  };
}

function valueOf(
  { history: { frequency }, expected, exceedance }: Prospect,
  spend: { fit: MaximumLikelihoodFit; quantile: SpendQuantile } | undefined,
  total: number,
): Pick<LifetimeValueRow, ValueColumn> {
  if (!spend) {
    return {
      expected_value: NaN,
      expected_value_parameter_low: NaN,
      expected_value_parameter_high: NaN,
      value_prediction_low: NaN,
      value_prediction_high: NaN,
    };
  }
  const parameters = gammaGammaParameters(spend.fit);
  const value = expected.value * expectedSpend(parameters, frequency, total);
  const slopes = expectedSpendSlopes(parameters, frequency, total);
  const error = Math.hypot(expected.error, Math.sqrt(quadraticForm(spend.fit.covarianceOfLogs, slopes)));
  const { low, high } = logNormalInterval(value, error);
  return {
    expected_value: value,
    expected_value_parameter_low: low,
    expected_value_parameter_high: high,
    value_prediction_low: spend.quantile(levels.low, exceedance, { frequency, total }),
    value_prediction_high: spend.quantile(levels.high, exceedance, { frequency, total }),
  };
}

function logNormalInterval(value: number, error: number): { low: number; high: number } {
  const factor = Math.exp(normalQuantile * error);
  return { low: value / factor, high: value * factor };
}

/** The delta method, by central differences in the parameters' logarithms; 0 for what does not move, such as certainty. */
function standardError(
  quantity: (parameters: readonly number[]) => number,
  parameters: readonly number[],
  covarianceOfLogs: readonly (readonly number[])[],
): number {
  const step = 1e-4;
  const slopes = parameters.map((_, moved) => {
    const [above, below] = [step, -step].map((shift) =>
      quantity(parameters.map((value, index) => (index === moved ? value * Math.exp(shift) : value))),
    );
    const slope = (above! - below!) / (2 * step);
    return Number.isFinite(slope) ? slope : 0;
  });
  return Math.sqrt(quadraticForm(covarianceOfLogs, slopes));
}

/** The fewest purchases that are not exceeded with probability `level`. */
export function purchasesQuantile(level: number, exceedance: readonly number[]): number {
  const found = exceedance.findIndex((atLeast) => atLeast <= 1 - level);
  return found < 0 ? exceedance.length : found;
}

function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
