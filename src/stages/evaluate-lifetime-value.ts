import { readFileSync } from "node:fs";
import { z } from "zod";
import { daysBetween } from "./iso-dates.js";
import { UserError } from "../errors.js";
import { buyTillYouDieModels, type Family } from "../stats/buy-till-you-die.js";
import type { FamilyFit } from "../stats/family-choice.js";
import type { HoldoutErrors } from "../stats/holdout.js";
import { standardErrors } from "../stats/maximum-likelihood.js";
import { parseYaml } from "../yaml.js";
import {
  checkHoldout,
  fitLifetimeValue,
  type FamilyHoldout,
  type HoldoutCheck,
  type LifetimeValueFit,
} from "./lifetime-value-fit.js";
import { lifetimeValueSchema, type LifetimeValueSpec } from "./lifetime-value-spec.js";
import { leftOutNotices, modelNotices, refusalOf } from "./lifetime-value-words.js";
import { makePurchaseDays, type Observation } from "./purchase-days.js";
import { openTableFile } from "./table-file.js";
import { readPurchases, type PurchaseColumns } from "./transactions-file.js";

export interface LifetimeValueRequest extends PurchaseColumns {
  /** A CSV or Parquet file with one row a purchase, or a part of one. */
  data: string;
  delimiter?: string | undefined;
  /** ISO date: the last day that the models are fitted to. */
  calibrationEnd: string;
}

/** The spec in a model file of the kind `lifetime_value`; undefined where it is of another kind. */
export function readLifetimeValueModel(file: string): LifetimeValueSpec | undefined {
  const text = readFileSync(file, "utf8");
  const { kind } = parseYaml(text, { file }, z.looseObject({ kind: z.string() })).data;
  return kind === "lifetime_value" ? parseYaml(text, { file }, lifetimeValueSchema).data : undefined;
}

/**
 * Fits the models to the purchases up to a day and compares them with those after it. Times are in weeks.
 *
 * @returns the parameters of BG/NBD and of the gamma-gamma model, every family with its BIC and held-out errors, the family with
 *   the least BIC, and its held-out purchases and value
 * @throws UserError where a column or a value is not as it should be, the day is outside the data, or nothing can be fitted
 */
export async function evaluateLifetimeValue(
  request: LifetimeValueRequest,
  spec: LifetimeValueSpec,
  log: (message: string) => void,
): Promise<Record<string, unknown>> {
  if (!z.iso.date().safeParse(request.calibrationEnd).success) {
    throw new UserError(`--calibration-end ${request.calibrationEnd}: expected a date as 1997-09-30`);
  }
  const table = await openTableFile(request.data, request.delimiter);
  try {
    const { session } = table;
    const observation = await makePurchaseDays(session, await readPurchases(table, request));
    for (const notice of leftOutNotices(observation)) log(`note: ${notice}`);
    const { firstOn, lastOn } = daysAround(observation, request);
    const families: Family[] = [...new Set<Family>(["bg_nbd", ...spec.families])];
    const fit = await fitLifetimeValue(session, families, request.calibrationEnd);
    const refusal = refusalOf(fit);
    if (refusal !== undefined) {
      throw new UserError(`${request.data}: no model of purchases: ${refusal}`, {
        hint: "Give more customers, or a later --calibration-end.",
      });
    }
    for (const notice of modelNotices(fit)) log(`note: ${notice}`);
    const holdout = await checkHoldout(session, fit, {
      firstOn,
      weeks: daysBetween(request.calibrationEnd, lastOn) / 7,
      totalWeeks: Math.floor((daysBetween(firstOn, lastOn) + 1) / 7),
    });
    return {
      rows: table.rows,
      left_out: {
        without_customer: observation.leftOut.withoutCustomer,
        returns: observation.leftOut.returns,
      },
      first_purchase: firstOn,
      calibration_end: request.calibrationEnd,
      last_purchase: lastOn,
      ...describeFit(fit, holdout),
    };
  } finally {
    table.close();
  }
}

function daysAround(
  { days }: Observation,
  { data, calibrationEnd }: LifetimeValueRequest,
): NonNullable<Observation["days"]> {
  if (!days)
    throw new UserError(`${data} has no purchase: no row with a customer and an amount of 0 or more`);
  if (calibrationEnd < days.firstOn || calibrationEnd >= days.lastOn) {
    throw new UserError(
      `--calibration-end ${calibrationEnd}: expected a day from the first purchase, ${days.firstOn}, to before the last, ${days.lastOn}`,
      { hint: "What comes after it is held out; two thirds of the time before it is usual." },
    );
  }
  return days;
}

function describeFit(fit: LifetimeValueFit, holdout: HoldoutCheck | undefined): Record<string, unknown> {
  const family = fit.best?.model.family;
  const { correlation, low, high } = fit.independence;
  const checked = holdout?.families.find((candidate) => candidate.family === family);
  return {
    customers: fit.customers,
    repeat_customers: fit.repeatCustomers,
    distinct_histories: fit.histories,
    ...describeBgNbd(fit.families.find((fitted) => fitted.family === "bg_nbd")),
    ...describeSpend(fit),
    spend_frequency_correlation: { value: number(correlation), low: number(low), high: number(high) },
    family,
    holdout: checked &&
      holdout && {
        family,
        weeks: holdout.weeks,
        ...describeHoldout(checked),
        ...(holdout.value ? describeValue(holdout.value) : {}),
      },
    families: fit.families.map((fitted) => describeFamily(fitted, holdout)),
    by_frequency: holdout?.byFrequency,
    weekly: holdout?.weekly,
  };
}

function describeBgNbd(fitted: FamilyFit | undefined) {
  if (!fitted || "reason" in fitted) {
    return { r: null, alpha: null, a: null, b: null, log_likelihood: null, converged: false };
  }
  const [r, alpha, a, b] = fitted.fit.parameters;
  return { r, alpha, a, b, log_likelihood: fitted.fit.logLikelihood, converged: true };
}

function describeFamily(fitted: FamilyFit, holdout: HoldoutCheck | undefined) {
  const { family } = fitted;
  if ("reason" in fitted) return { family, converged: false, reason: fitted.reason };
  const { parameters, logLikelihood, undetermined, agreeingStarts, starts } = fitted.fit;
  const errors = standardErrors(fitted.fit);
  const { names } = buyTillYouDieModels[family];
  const checked = holdout?.families.find((candidate) => candidate.family === family);
  return {
    family,
    converged: true,
    parameters: Object.fromEntries(names.map((name, index) => [name, parameters[index]])),
    standard_errors: Object.fromEntries(names.map((name, index) => [name, number(errors[index] ?? NaN)])),
    undetermined,
    log_likelihood: logLikelihood,
    bic: fitted.bic,
    starts,
    agreeing_starts: agreeingStarts,
    ...(checked ? { holdout: describeHoldout(checked) } : {}),
  };
}

function describeSpend({ spend }: LifetimeValueFit) {
  if ("reason" in spend) {
    return { p: null, q: null, v: null, spend_converged: false, spend_reason: spend.reason };
  }
  const [p, q, v] = spend.fit.parameters;
  return { p, q, v, spend_log_likelihood: spend.fit.logLikelihood, spend_converged: true };
}

function describeHoldout(checked: FamilyHoldout) {
  return {
    customers: checked.customers,
    purchases_actual: checked.actual,
    purchases_predicted: checked.predicted,
    mae: checked.mae,
    rmse: checked.rmse,
    bias: checked.bias,
    correlation: number(checked.correlation),
    log_score: checked.logScore,
    interval_coverage: checked.coverage,
  };
}

function describeValue(value: HoldoutErrors) {
  return {
    value_actual: toCents(value.actual),
    value_predicted: toCents(value.predicted),
    value_mae: value.mae,
    value_rmse: value.rmse,
    value_bias: value.bias,
    value_correlation: number(value.correlation),
  };
}

function toCents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

/** JSON has no NaN. */
function number(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
