import type { MaximumLikelihoodFit } from "../stats/maximum-likelihood.js";
import { buyTillYouDieModels, type Family } from "../stats/buy-till-you-die.js";
import { lifetimeValueColumns, lifetimeValues } from "../stats/lifetime-value.js";
import { identifier, literal, type Column } from "../warehouse/engine.js";
import type { HoldoutCheck, LifetimeValueFit } from "./lifetime-value-fit.js";
import { lifetimeValueTables, suffixes, type LifetimeValueSpec } from "./lifetime-value-spec.js";
import { refusalOf } from "./lifetime-value-words.js";
import { columnsOf, keepSelects, selectOfTypes, type Row } from "./keep-tables.js";
import { readHistories } from "./purchase-days.js";
import type { RunContext, StageResult } from "./stage.js";

/** What a night found out. */
interface Findings {
  asOf: string;
  /** To all purchases, whose `purchase_histories` are there. */
  fit: LifetimeValueFit;
  holdout: HoldoutCheck | undefined;
}

/**
 * Stores the customers' values, and `<stage>_model` (one row about the model in use), `_families` (one a family), `_fit` (one a
 * week: repeat purchases made and expected) and `_holdout` (held-out purchases by calibration frequency).
 */
export async function keepLifetimeValueTables(
  run: RunContext,
  spec: LifetimeValueSpec,
  findings: Findings,
): Promise<Pick<StageResult, "files" | "tables">> {
  const columns: Record<(typeof suffixes)[number], Column[]> = {
    model: columnsOf([modelRow(spec, findings)]),
    families: columnsOf(findings.fit.families.map((fitted) => familyRow(fitted, findings))),
    fit: weekColumns(findings.holdout),
    holdout: frequencyColumns(findings.holdout),
  };
  const selects = [await customersStatement(run, spec, findings)];
  for (const suffix of suffixes) {
    await run.session.insert(suffix, columns[suffix]);
    selects.push(`select * from temp.${identifier(suffix)}`);
  }
  return keepSelects(
    run,
    lifetimeValueTables(run.name).map((table, index) => [table, selects[index]!]),
  );
}

/** For each table that the stage makes a SELECT with its columns. */
export function lifetimeValueShapes(stage: string, spec: LifetimeValueSpec): Record<string, string> {
  const none = { family: "pareto_nbd" as const, reason: "" };
  const findings: Findings = {
    asOf: "",
    fit: {
      customers: 0,
      repeatCustomers: 0,
      histories: 0,
      families: [none],
      spend: { reason: "" },
      independence: { correlation: NaN, low: NaN, high: NaN },
    },
    holdout: undefined,
  };
  const customer = identifier(spec.purchases.customer);
  const values = lifetimeValueColumns.map(
    (name) => `null::${name.includes("value") ? "decimal(18, 2)" : "double"} as ${name}`,
  );
  const selects = [
    `select ${customer}, null::date as as_of, ${values.join(", ")} from ${identifier(spec.purchases.table)}`,
    ...[
      columnsOf([modelRow(spec, findings)]),
      columnsOf([familyRow(none, findings)]),
      weekColumns(undefined),
      frequencyColumns(undefined),
    ].map((columns) => selectOfTypes(Object.fromEntries(columns.map(({ name, type }) => [name, type])))),
  ];
  return Object.fromEntries(lifetimeValueTables(stage).map((table, index) => [table, selects[index] ?? ""]));
}

/** Rounded at the edge: money to hundredths, the rest to a millionth. */
async function customersStatement(
  { session }: RunContext,
  spec: LifetimeValueSpec,
  { asOf, fit: { best } }: Findings,
): Promise<string> {
  const histories = await readHistories(session, ["repeat_spend"]);
  const numbers = Float64Array.from(histories.customers, (_, index) => index + 1);
  const predicted = best
    ? lifetimeValues(best, histories, histories.beside("repeat_spend"), spec.horizon_days / 7)
    : lifetimeValueColumns.map((name) => ({ name, values: new Float64Array(numbers.length).fill(NaN) }));
  await session.insert("predicted", [
    { name: "history_no", type: "number", values: numbers },
    ...predicted.map(({ name, values }): Column => ({ name, type: "number", values })),
  ]);
  const rounded = lifetimeValueColumns.map((name) =>
    name.includes("value") ? `round(${name}, 2)::decimal(18, 2) as ${name}` : `round(${name}, 6) as ${name}`,
  );
  return `select customer as ${identifier(spec.purchases.customer)}, ${literal(asOf)}::date as as_of, ${rounded.join(", ")}
    from purchase_histories
    join temp.predicted using (history_no)
    where probability_alive is not null
    order by customer`;
}

function modelRow(spec: LifetimeValueSpec, { asOf, fit, holdout }: Findings): Row {
  const { best, spend, independence } = fit;
  const family = best?.model.family;
  const refusal = refusalOf(fit);
  const gammaGamma = "fit" in spend ? spend.fit : undefined;
  const value = holdout?.value;
  return {
    status: refusal === undefined ? "fitted" : "refused",
    reason: refusal ?? null,
    family: family ?? null,
    as_of: asOf,
    horizon_days: spec.horizon_days,
    customers: fit.customers,
    repeat_customers: fit.repeatCustomers,
    distinct_histories: fit.histories,
    ...parametersOf(family, best?.purchases),
    ...familyMeasures(family, holdout),
    spend_status: gammaGamma ? "fitted" : "refused",
    spend_reason: "reason" in spend ? spend.reason : null,
    p: gammaGamma?.parameters[0] ?? NaN,
    q: gammaGamma?.parameters[1] ?? NaN,
    v: gammaGamma?.parameters[2] ?? NaN,
    spend_log_likelihood: gammaGamma?.logLikelihood ?? NaN,
    spend_frequency_correlation: independence.correlation,
    spend_frequency_correlation_low: independence.low,
    spend_frequency_correlation_high: independence.high,
    holdout_value_actual: value?.actual ?? NaN,
    holdout_value_predicted: value?.predicted ?? NaN,
    holdout_value_mae: value?.mae ?? NaN,
    holdout_value_rmse: value?.rmse ?? NaN,
    holdout_value_bias: value?.bias ?? NaN,
  };
}

function familyRow(fitted: LifetimeValueFit["families"][number], { holdout }: Findings): Row {
  const { family } = fitted;
  const fit = "fit" in fitted ? fitted.fit : undefined;
  return {
    family,
    status: fit ? "fitted" : "refused",
    reason: "reason" in fitted ? fitted.reason : null,
    ...parametersOf(family, fit),
    undetermined: fit ? fit.undetermined.join(", ") : null,
    bic: "bic" in fitted ? fitted.bic : NaN,
    starts: fit?.starts ?? NaN,
    agreeing_starts: fit?.agreeingStarts ?? NaN,
    ...familyMeasures(family, holdout),
  };
}

/** Of all families, so that rows of different ones make one table. */
function parametersOf(family: Family | undefined, fit: MaximumLikelihoodFit | undefined): Row {
  const parameters: Row = {};
  for (const name of ["r", "alpha", "a", "b", "s", "beta"]) {
    const index = family === undefined ? -1 : buyTillYouDieModels[family].names.indexOf(name);
    parameters[name] = fit?.parameters[index] ?? NaN;
  }
  return { ...parameters, log_likelihood: fit?.logLikelihood ?? NaN };
}

function familyMeasures(family: Family | undefined, holdout: HoldoutCheck | undefined): Row {
  const checked = holdout?.families.find((candidate) => candidate.family === family);
  return {
    holdout_weeks: (checked && holdout?.weeks) ?? NaN,
    holdout_customers: checked?.customers ?? NaN,
    holdout_purchases_actual: checked?.actual ?? NaN,
    holdout_purchases_predicted: checked?.predicted ?? NaN,
    holdout_mae: checked?.mae ?? NaN,
    holdout_rmse: checked?.rmse ?? NaN,
    holdout_bias: checked?.bias ?? NaN,
    holdout_correlation: checked?.correlation ?? NaN,
    holdout_log_score: checked?.logScore ?? NaN,
    holdout_interval_coverage: checked?.coverage ?? NaN,
  };
}

function weekColumns(holdout: HoldoutCheck | undefined): Column[] {
  const weekly = holdout?.weekly ?? [];
  const calibrationWeeks = weekly.length - (holdout?.weeks ?? 0);
  return [
    { name: "week", type: "number", values: Float64Array.from(weekly, ({ week }) => week) },
    {
      name: "is_held_out",
      type: "boolean",
      values: Float64Array.from(weekly, ({ week }) => Number(week > calibrationWeeks)),
    },
    { name: "actual", type: "number", values: Float64Array.from(weekly, ({ actual }) => actual) },
    { name: "expected", type: "number", values: rounded(weekly.map(({ expected }) => expected)) },
  ];
}

function frequencyColumns(holdout: HoldoutCheck | undefined): Column[] {
  const rows = holdout?.byFrequency ?? [];
  return [
    { name: "frequency", type: "number", values: Float64Array.from(rows, ({ frequency }) => frequency) },
    { name: "customers", type: "number", values: Float64Array.from(rows, ({ customers }) => customers) },
    { name: "actual", type: "number", values: rounded(rows.map(({ actual }) => actual)) },
    { name: "predicted", type: "number", values: rounded(rows.map(({ predicted }) => predicted)) },
  ];
}

function rounded(values: readonly number[]): Float64Array {
  return Float64Array.from(values, (value) => Math.round(value * 1e6) / 1e6);
}
