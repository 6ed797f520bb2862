import { buyTillYouDieModels, type Family } from "../stats/buy-till-you-die.js";
import { bestFamily, fitFamilies, type FamilyFit } from "../stats/family-choice.js";
import { expectedSpend, fitGammaGamma, gammaGammaParameters } from "../stats/gamma-gamma.js";
import {
  byCalibrationFrequency,
  correlation,
  correlationInterval,
  holdoutErrors,
  predictiveScore,
  type FrequencyRow,
  type HoldoutErrors,
  type PredictiveScore,
} from "../stats/holdout.js";
import type { FittedLifetimeValue } from "../stats/lifetime-value.js";
import type { FitResult } from "../stats/maximum-likelihood.js";
import { historyAt, totalOf, type PurchaseHistories } from "../stats/purchase-history.js";
import { cumulativeRepeats } from "../stats/weekly-repeats.js";
import type { Session } from "../warehouse/engine.js";
import {
  makePurchaseHistories,
  readBirths,
  readCumulativeRepeats,
  readHistories,
  readRepeatSpends,
} from "./purchase-days.js";

/** What was fitted to the purchases up to a day. */
export interface LifetimeValueFit {
  customers: number;
  repeatCustomers: number;
  /** Distinct (frequency, recency, T). */
  histories: number;
  families: FamilyFit[];
  spend: FitResult;
  /** Of repeat purchases with the mean spend at one: the gamma-gamma model takes it to be zero. */
  independence: { correlation: number; low: number; high: number };
  /** The family with the least BIC, where one could be fitted. */
  best?: FittedLifetimeValue;
}

/** Fits the families to the purchase days up to `until`. Leaves `purchase_histories` as of then. */
export async function fitLifetimeValue(
  session: Session,
  families: readonly Family[],
  until: string,
): Promise<LifetimeValueFit> {
  await makePurchaseHistories(session, until);
  const histories = await readHistories(session);
  const spends = await readRepeatSpends(session);
  const fits = fitFamilies(families, histories);
  const spend = fitGammaGamma(spends);
  const best = bestFamily(fits);
  const related = correlation(spends.frequency, spends.meanSpend, spends.customers);
  return {
    customers: totalOf(histories.customers),
    repeatCustomers: totalOf(histories.customers.filter((_, index) => histories.frequency[index]! > 0)),
    histories: histories.frequency.length,
    families: fits,
    spend,
    independence: { correlation: related, ...correlationInterval(related, totalOf(spends.customers)) },
    ...(best
      ? {
          best: {
            model: buyTillYouDieModels[best.family],
            purchases: best.fit,
            ...("fit" in spend ? { spend: spend.fit } : {}),
          },
        }
      : {}),
  };
}

/** How one family's predictions compare with the held-out purchases. */
export type FamilyHoldout = HoldoutErrors & PredictiveScore & { family: Family };

/** A calibration fit against what came after it. */
export interface HoldoutCheck {
  weeks: number;
  families: FamilyHoldout[];
  /** Of the best family. */
  byFrequency: FrequencyRow[];
  /** Spend in the held-out time, where there is a model of it. */
  value?: HoldoutErrors;
  /** Repeat purchases up to the end of each week since the first day, cumulative. */
  weekly: { week: number; actual: number; expected: number }[];
}

/**
 * Compares a fit with the purchases after it. Needs `purchase_histories` as the fit left them.
 *
 * @param weeks of held-out time
 * @param totalWeeks from the first purchase to the end of the held-out time
 */
export async function checkHoldout(
  session: Session,
  { families, best }: LifetimeValueFit,
  { firstOn, weeks, totalWeeks }: { firstOn: string; weeks: number; totalWeeks: number },
): Promise<HoldoutCheck | undefined> {
  if (!best) return undefined;
  const histories = await readHistories(session, ["later_purchases"]);
  const actual = histories.beside("later_purchases");
  const predictions = new Map<Family, Float64Array>();
  const checked: FamilyHoldout[] = [];
  for (const fitted of families) {
    if (!("fit" in fitted)) continue;
    const { family, fit } = fitted;
    const predicted = expectedPurchases(family, fit.parameters, histories, weeks);
    predictions.set(family, predicted);
    checked.push({
      family,
      ...holdoutErrors(actual, predicted, histories.customers),
      ...predictiveScore(buyTillYouDieModels[family], fit.parameters, histories, actual, weeks),
    });
  }
  const { model, purchases } = best;
  const observed = await readCumulativeRepeats(session, firstOn, totalWeeks);
  const expected = cumulativeRepeats(
    model,
    purchases.parameters,
    await readBirths(session, firstOn),
    totalWeeks,
  );
  const value = await checkValue(session, best, weeks);
  return {
    weeks,
    families: checked,
    byFrequency: byCalibrationFrequency(histories, actual, predictions.get(model.family)!),
    ...(value ? { value } : {}),
    weekly: Array.from(observed, (count, week) => ({
      week: week + 1,
      actual: count,
      expected: expected[week]!,
    })),
  };
}

async function checkValue(
  session: Session,
  { model, purchases, spend }: FittedLifetimeValue,
  weeks: number,
): Promise<HoldoutErrors | undefined> {
  if (!spend) return undefined;
  const parameters = gammaGammaParameters(spend);
  const histories = await readHistories(session, ["repeat_spend", "later_spend"]);
  const expected = expectedPurchases(model.family, purchases.parameters, histories, weeks);
  const repeatSpend = histories.beside("repeat_spend");
  const predicted = expected.map(
    (count, index) => count * expectedSpend(parameters, histories.frequency[index]!, repeatSpend[index]!),
  );
  return holdoutErrors(histories.beside("later_spend"), predicted, histories.customers);
}

function expectedPurchases(
  family: Family,
  parameters: readonly number[],
  histories: PurchaseHistories,
  weeks: number,
): Float64Array {
  return Float64Array.from(histories.frequency, (_, index) =>
    buyTillYouDieModels[family].expectedPurchases(historyAt(histories, index), weeks, parameters),
  );
}
