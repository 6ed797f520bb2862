import type { BuyTillYouDieModel } from "./buy-till-you-die.js";
import { levels, purchasesQuantile } from "./lifetime-value.js";
import {
  historyAt,
  isSame,
  totalOf,
  type PurchaseHistories,
  type PurchaseHistory,
} from "./purchase-history.js";

/** How predictions for customers compare with what happened. Sums and means count each row `customers` times. */
export interface HoldoutErrors {
  customers: number;
  actual: number;
  predicted: number;
  mae: number;
  rmse: number;
  /** Mean of predicted - actual. */
  bias: number;
  correlation: number;
}

/** Errors of `n` predictions. Source: the usual definitions; the correlation is Pearson's. */
export function holdoutErrors(
  actual: Float64Array,
  predicted: Float64Array,
  customers: Float64Array,
): HoldoutErrors {
  const n = totalOf(customers);
  const mean = (of: (index: number) => number) =>
    customers.reduce((sum, weight, index) => sum + weight * of(index), 0) / n;
  const error = (index: number) => predicted[index]! - actual[index]!;
  return {
    customers: n,
    actual: n * mean((index) => actual[index]!),
    predicted: n * mean((index) => predicted[index]!),
    mae: mean((index) => Math.abs(error(index))),
    rmse: Math.sqrt(mean((index) => error(index) ** 2)),
    bias: mean(error),
    correlation: correlation(actual, predicted, customers),
  };
}

/** Pearson's correlation of `n` pairs, each counted `weights` times. NaN where one does not vary. */
export function correlation(x: Float64Array, y: Float64Array, weights: Float64Array): number {
  const n = totalOf(weights);
  const mean = (values: Float64Array) =>
    values.reduce((sum, value, index) => sum + weights[index]! * value, 0) / n;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (const [index, weight] of weights.entries()) {
    const [dx, dy] = [x[index]! - meanX, y[index]! - meanY];
    xx += weight * dx * dx;
    yy += weight * dy * dy;
    xy += weight * dx * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : NaN;
}

/** The 95% interval of a correlation of `n` pairs, by Fisher's transformation. */
export function correlationInterval(value: number, n: number): { low: number; high: number } {
  const reach = 1.959963984540054 / Math.sqrt(n - 3);
  return { low: Math.tanh(Math.atanh(value) - reach), high: Math.tanh(Math.atanh(value) + reach) };
}

export interface PredictiveScore {
  /**
   * The mean log probability that the model gave to what each customer then bought: higher is better, and a proper score
   * (Gneiting & Raftery 2007), unlike errors of means.
   */
  logScore: number;
  /** Share of customers who bought as often as their 95% prediction interval says. */
  coverage: number;
}

/** Judges a model's whole predictive distribution of the `actual` purchases that followed `n` histories. */
export function predictiveScore(
  model: BuyTillYouDieModel,
  parameters: readonly number[],
  histories: PurchaseHistories,
  actual: Float64Array,
  horizon: number,
): PredictiveScore {
  const smallest = 1e-12;
  let [logScore, covered] = [0, 0];
  let before: PurchaseHistory | undefined;
  let exceedance: number[] = [];
  for (const [index, weight] of histories.customers.entries()) {
    const history = historyAt(histories, index);
    if (!before || !isSame(history, before)) {
      exceedance = model.exceedance(history, horizon, parameters, smallest);
      before = history;
    }
    const bought = actual[index]!;
    const atLeast = (k: number) => (k === 0 ? 1 : (exceedance[k - 1] ?? 0));
    logScore += weight * Math.log(Math.max(atLeast(bought) - atLeast(bought + 1), smallest));
    const isCovered =
      bought >= purchasesQuantile(levels.low, exceedance) &&
      bought <= purchasesQuantile(levels.high, exceedance);
    if (isCovered) covered += weight;
  }
  const n = totalOf(histories.customers);
  return { logScore: logScore / n, coverage: covered / n };
}

/** Held-out purchases of the customers who bought again `frequency` times before; the last row is of those with as many or more. */
export interface FrequencyRow {
  frequency: number;
  customers: number;
  actual: number;
  predicted: number;
}

/** Mean held-out purchases by calibration frequency 0 to 6 and 7 or more (figure 4 of Fader, Hardie & Lee 2005). */
export function byCalibrationFrequency(
  { frequency, customers }: PurchaseHistories,
  actual: Float64Array,
  predicted: Float64Array,
): FrequencyRow[] {
  const rows = Array.from({ length: 8 }, (_, bin) => ({
    frequency: bin,
    customers: 0,
    actual: 0,
    predicted: 0,
  }));
  for (const [index, weight] of customers.entries()) {
    const row = rows[Math.min(frequency[index]!, 7)]!;
    row.customers += weight;
    row.actual += weight * actual[index]!;
    row.predicted += weight * predicted[index]!;
  }
  return rows
    .filter(({ customers }) => customers > 0)
    .map((row) => ({
      ...row,
      actual: row.actual / row.customers,
      predicted: row.predicted / row.customers,
    }));
}
