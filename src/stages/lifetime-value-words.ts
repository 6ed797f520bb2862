import type { HoldoutCheck, LifetimeValueFit } from "./lifetime-value-fit.js";
import type { Observation } from "./purchase-days.js";

/** A correlation of spend with frequency that is surely beyond this is told: the gamma-gamma model takes it to be none. */
const notableCorrelation = 0.3;

/** Why there is no model of purchases, in words; undefined where there is one. */
export function refusalOf({ best, families }: LifetimeValueFit): string | undefined {
  if (best) return undefined;
  const reasons = families.flatMap((fit) => ("reason" in fit ? [fit] : []));
  const [first] = reasons;
  return reasons.every(({ reason }) => reason === first?.reason)
    ? first?.reason
    : reasons.map(({ family, reason }) => `${family}: ${reason}`).join("; ");
}

export function summaryOf(fit: LifetimeValueFit, holdout: HoldoutCheck | undefined): string {
  const family = fit.best?.model.family;
  if (family === undefined) return `no model: ${refusalOf(fit)}`;
  const held = holdout?.families.find((checked) => checked.family === family);
  const checked =
    holdout && held
      ? `, ${Math.round(held.predicted)} purchases expected in ${holdout.weeks} held-out weeks, ${held.actual} made`
      : ", not checked on held-out weeks";
  return `${family} of ${fit.customers} customers${checked}`;
}

/** What people should know of the fit. */
export function modelNotices(fit: LifetimeValueFit): string[] {
  const notices: string[] = [];
  const refusal = refusalOf(fit);
  if (refusal !== undefined) notices.push(`no model of purchases: ${refusal}`);
  if (refusal === undefined && "reason" in fit.spend) notices.push(`no value: ${fit.spend.reason}`);
  const { family } = fit.best?.model ?? {};
  const undetermined = fit.best?.purchases.undetermined ?? [];
  if (undetermined.length > 0) {
    notices.push(
      `the likelihood of ${family} hardly depends on ${undetermined.join(", ")}: parameter intervals leave them out`,
    );
  }
  const { correlation, low, high } = fit.independence;
  if ("fit" in fit.spend && (low > notableCorrelation || high < -notableCorrelation)) {
    notices.push(
      `mean spend and frequency are correlated (${correlation.toFixed(2)}, ${low.toFixed(2)} to ${high.toFixed(2)}), which the gamma-gamma model takes not to be: read the values with care`,
    );
  }
  return notices;
}

/** Which rows were no purchases, and how many. */
export function leftOutNotices({ leftOut }: Observation): string[] {
  const { withoutCustomer, returns, withoutDateOrAmount } = leftOut;
  return [
    [withoutCustomer, "rows without a customer"],
    [returns, "returns (rows with an amount below zero)"],
    [withoutDateOrAmount, "rows without a date or an amount"],
  ].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what} are left out`]));
}
