import { UserError } from "../errors.js";
import { suggest } from "../suggest.js";
import { identifier } from "../warehouse/engine.js";
import { daysAfter, daysBetween } from "./iso-dates.js";
import { checkHoldout, fitLifetimeValue, type HoldoutCheck } from "./lifetime-value-fit.js";
import type { LifetimeValueSpec } from "./lifetime-value-spec.js";
import { keepLifetimeValueTables } from "./lifetime-value-tables.js";
import { leftOutNotices, modelNotices, summaryOf } from "./lifetime-value-words.js";
import type { PlaceOf } from "./model-columns.js";
import { makePurchaseDays, type Observation } from "./purchase-days.js";
import type { RunContext, StageResult } from "./stage.js";

/** Fits the models to all purchases known by the run's date, checks them on the newest weeks, and stores what they say. */
export async function valueCustomers(
  run: RunContext,
  spec: LifetimeValueSpec,
  place: PlaceOf,
): Promise<StageResult> {
  await checkColumns(run, spec, place);
  const { table, customer, date, amount } = spec.purchases;
  const asOf = String(run.parameters.as_of);
  const observation = await makePurchaseDays(
    run.session,
    `select ${identifier(customer)} as customer, ${identifier(date)}::date as purchased_on, ${identifier(amount)}::decimal(18, 2) as amount
    from ${identifier(table)} where ${identifier(date)}::date <= $as_of::date`,
    { as_of: asOf },
  );
  const holdout = await holdoutOf(run, spec, observation, asOf);
  run.progress("fitting");
  const fit = await fitLifetimeValue(run.session, spec.families, asOf);
  return {
    ...(await keepLifetimeValueTables(run, spec, { asOf, fit, holdout })),
    summary: summaryOf(fit, holdout),
    notices: [...modelNotices(fit), ...leftOutNotices(observation)].map((notice) => `${run.name}: ${notice}`),
  };
}

/** Fits the models without the newest weeks and checks them on these; undefined where too little is known for that. */
async function holdoutOf(
  { session, progress }: RunContext,
  spec: LifetimeValueSpec,
  { days }: Observation,
  asOf: string,
): Promise<HoldoutCheck | undefined> {
  if (!days) return undefined;
  const { firstOn } = days;
  const totalWeeks = Math.floor((daysBetween(firstOn, asOf) + 1) / 7);
  const weeks = Math.min(spec.holdout_weeks, Math.floor(totalWeeks / 3));
  if (weeks < 1) return undefined;
  progress("fitting without the newest weeks");
  const calibration = await fitLifetimeValue(session, spec.families, daysAfter(asOf, -7 * weeks));
  return checkHoldout(session, calibration, { firstOn, weeks, totalWeeks });
}

async function checkColumns(
  run: RunContext,
  { purchases }: LifetimeValueSpec,
  place: PlaceOf,
): Promise<void> {
  const columns = (await run.session.describe(`select * from ${identifier(purchases.table)}`)).map(
    ({ name }) => name,
  );
  for (const field of ["customer", "date", "amount"] as const) {
    const name = purchases[field];
    if (columns.includes(name)) continue;
    throw new UserError(`the table ${purchases.table} has no column ${name}`, {
      place: place(["purchases", field]),
      hint: suggest(name, columns),
    });
  }
}
