import { bgNbd, mbgNbd } from "./bg-nbd.js";
import type { Evaluation } from "./lbfgs.js";
import { maximiseLikelihood, type FitResult } from "./maximum-likelihood.js";
import { paretoNbd } from "./pareto-nbd.js";
import {
  fewestRepeatCustomers,
  thinned,
  totalOf,
  type PurchaseHistories,
  type PurchaseHistory,
} from "./purchase-history.js";

export type Family = "bg_nbd" | "mbg_nbd" | "pareto_nbd";

/**
 * A model of customers who buy at a rate of their own until, unseen, they leave for good. All have two parameters of the
 * rates (gamma with shape r and rate alpha) and two of leaving. Times are in weeks.
 */
export interface BuyTillYouDieModel {
  family: Family;
  /** In the order in which parameters are passed. */
  names: readonly string[];
  /** The log-likelihood of the histories, each as often as it has customers, and its derivatives by the parameters. */
  logLikelihood(histories: PurchaseHistories, parameters: readonly number[]): Evaluation;
  /** The probability that a customer with this history has not left. */
  probabilityAlive(history: PurchaseHistory, parameters: readonly number[]): number;
  /** Purchases to be expected of a customer with this history in the coming `horizon`. */
  expectedPurchases(history: PurchaseHistory, horizon: number, parameters: readonly number[]): number;
  /** Repeat purchases to be expected of a new customer in the first `age` weeks. */
  expectedRepeats(age: number, parameters: readonly number[]): number;
  /** P(at least k purchases in the coming `horizon`) for k = 1, 2, ... down to the first below `tail`. */
  exceedance(
    history: PurchaseHistory,
    horizon: number,
    parameters: readonly number[],
    tail: number,
  ): number[];
}

export const buyTillYouDieModels: Record<Family, BuyTillYouDieModel> = {
  bg_nbd: bgNbd,
  mbg_nbd: mbgNbd,
  pareto_nbd: paretoNbd,
};

/** Distinct histories from which the starts are improved before all are used. */
const draftSize = 1000;

/**
 * Fits a model by maximum likelihood.
 *
 * @returns a reason where there is no fit, e.g. because nobody bought again
 */
export function fitBuyTillYouDie(model: BuyTillYouDieModel, histories: PurchaseHistories): FitResult {
  const customers = totalOf(histories.customers);
  const repeatCustomers = totalOf(histories.customers.filter((_, index) => histories.frequency[index]! > 0));
  if (repeatCustomers < fewestRepeatCustomers) {
    return {
      reason: `${repeatCustomers} of ${customers} customers bought on more than one day, fewer than ${fewestRepeatCustomers}`,
    };
  }
  const rate = sumOver(histories, "frequency") / sumOver(histories, "age");
  const starts = [
    [0.3, 0.15 / rate, 0.8, 2.5],
    [1, 0.6 / rate, 0.5, 5],
    [1, 0.6 / rate, 1.5, 20],
    [3, 2 / rate, 0.3, 1],
  ];
  const sampleOf = (some: PurchaseHistories) => ({
    logLikelihood: (parameters: readonly number[]) => model.logLikelihood(some, parameters),
    weight: totalOf(some.customers),
  });
  const draft = sampleOf(thinned(histories, draftSize));
  return maximiseLikelihood(sampleOf(histories), starts, { names: model.names, draft });
}

function sumOver(histories: PurchaseHistories, field: "frequency" | "age"): number {
  return histories[field].reduce((sum, value, index) => sum + value * histories.customers[index]!, 0);
}
