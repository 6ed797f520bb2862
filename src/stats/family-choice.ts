import { buyTillYouDieModels, fitBuyTillYouDie, type Family } from "./buy-till-you-die.js";
import type { FitResult, MaximumLikelihoodFit } from "./maximum-likelihood.js";
import { totalOf, type PurchaseHistories } from "./purchase-history.js";

export type FamilyFit = { family: Family } & (
  { fit: MaximumLikelihoodFit; bic: number } | { reason: string }
);

/** Fits each family to the same histories. BIC: Schwarz 1978, the observations being customers. */
export function fitFamilies(families: readonly Family[], histories: PurchaseHistories): FamilyFit[] {
  const penalty = 4 * Math.log(totalOf(histories.customers));
  return families.map((family): FamilyFit => {
    const result: FitResult = fitBuyTillYouDie(buyTillYouDieModels[family], histories);
    if ("reason" in result) return { family, reason: result.reason };
    return { family, fit: result.fit, bic: penalty - 2 * result.fit.logLikelihood };
  });
}

/** The fitted family with the least BIC; undefined where none could be fitted. */
export function bestFamily(fits: readonly FamilyFit[]): Extract<FamilyFit, { bic: number }> | undefined {
  return fits.filter((fit) => "fit" in fit).sort((one, other) => one.bic - other.bic)[0];
}
