/**
 * What lifetime value costs: histories of a planted BG/NBD, all families fitted, every customer valued. `node build.js` first.
 *
 *   node bench/lifetime-value.js [customers, 1,000,000 by default]
 */
import { performance } from "node:perf_hooks";
import process from "node:process";
import { fitLifetimeValue } from "../dist/stages/lifetime-value-fit.js";
import { makePurchaseDays, readHistories } from "../dist/stages/purchase-days.js";
import { lifetimeValues } from "../dist/stats/lifetime-value.js";
import { openDuckDb } from "../dist/warehouse/duckdb.js";

const customers = Number(process.argv[2] ?? 1_000_000);
const families = ["bg_nbd", "mbg_nbd", "pareto_nbd"];
const seconds = {};

async function timed(what, work) {
  const start = performance.now();
  const result = await work();
  seconds[what] = Number(((performance.now() - start) / 1000).toFixed(2));
  return result;
}

/** A number in 0 to 1 that depends on the customer and on what it is for. */
const draw = (what) => `((hash(customer || '/' || ${what}) >> 11)::double / 9007199254740992 + 1e-12)`;

// Rates exponential with a mean of one purchase in ten weeks; after each purchase one in seven leaves.
const purchases = `
  with people as (
    select range as customer from range(${customers})
  ),
  lives as (
    select
      customer,
      (600 * ${draw(1)})::integer as first_day,
      -ln(${draw(2)}) / 70 as rate,
      (ln(${draw(3)}) / ln(6 / 7))::integer as repeats,
      20 / ${draw(4)} ** 0.3 as mean_spend
    from people
  ),
  bought as (
    select customer, first_day, rate, mean_spend, unnest(range(least(repeats, 60) + 1)) as number from lives
  ),
  timed as (
    select
      customer,
      mean_spend,
      first_day + sum(case when number = 0 then 0 else -ln(${draw("(100 + number)")}) / rate end) over (
        partition by customer order by number) as day,
      number
    from bought
  )
  select
    customer,
    date '2024-01-01' + least(day, 100000)::integer as purchased_on,
    (mean_spend * (0.5 + ${draw("(200 + number)")}))::decimal(18, 2) as amount
  from timed
  where day < 730`;

const engine = await openDuckDb();
const session = await engine.connect();
await session.execute(`create temp table bench_purchases as ${purchases}`);
await timed("purchase_days", () => makePurchaseDays(session, "select * from bench_purchases"));
const fit = await timed("histories_and_fits", () => fitLifetimeValue(session, families, "2025-12-30"));
const histories = await timed("read_histories", () => readHistories(session, ["repeat_spend"]));
await timed("predict", () => lifetimeValues(fit.best, histories, histories.beside("repeat_spend"), 52));
session.close();
engine.close();
process.stdout.write(
  `${JSON.stringify(
    {
      customers: fit.customers,
      repeat_customers: fit.repeatCustomers,
      distinct_triples: fit.histories,
      rows_predicted: histories.frequency.length,
      family: fit.best.model.family,
      families: fit.families.map((fitted) => ({
        family: fitted.family,
        bic: fitted.bic,
        reason: fitted.reason,
      })),
      seconds,
      memory_mb: Math.round(process.memoryUsage().rss / 1024 / 1024),
    },
    null,
    2,
  )}\n`,
);
