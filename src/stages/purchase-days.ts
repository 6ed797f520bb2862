import type { RepeatSpends } from "../stats/gamma-gamma.js";
import type { PurchaseHistories } from "../stats/purchase-history.js";
import type { Births } from "../stats/weekly-repeats.js";
import type { Parameters, Session } from "../warehouse/engine.js";

/** What the purchase days hold, and what was left out of them. */
export interface Observation {
  /** ISO dates; undefined where there is no purchase. */
  days: { firstOn: string; lastOn: string } | undefined;
  customers: number;
  leftOut: {
    withoutCustomer: number;
    /** Rows with an amount below zero. */
    returns: number;
    withoutDateOrAmount: number;
  };
}

/**
 * Makes the temporary table `purchase_days`: what each customer spent on each day. What costs nothing is a purchase; what has
 * no customer, no date or no amount is none, nor is a return.
 *
 * @param purchases a SELECT of `customer`, `purchased_on` (date) and `amount` (decimal)
 */
export async function makePurchaseDays(
  session: Session,
  purchases: string,
  parameters: Parameters = {},
): Promise<Observation> {
  const { rows: counted } = await session.query(
    `select
      count(*) filter (customer is null),
      count(*) filter (customer is not null and amount < 0),
      count(*) filter (customer is not null and (purchased_on is null or amount is null))
    from (\n${purchases}\n)`,
    parameters,
  );
  await session.execute(
    `create or replace temp table purchase_days as
    select customer, purchased_on, sum(amount) as amount
    from (\n${purchases}\n)
    where customer is not null and purchased_on is not null and amount >= 0
    group by customer, purchased_on`,
    parameters,
  );
  const { rows } = await session.query(
    "select min(purchased_on)::varchar, max(purchased_on)::varchar, count(distinct customer) from purchase_days",
  );
  const [firstOn, lastOn, customers] = rows[0] ?? [];
  const [withoutCustomer, returns, withoutDateOrAmount] = (counted[0] ?? []).map(Number);
  return {
    days: typeof firstOn === "string" && typeof lastOn === "string" ? { firstOn, lastOn } : undefined,
    customers: Number(customers),
    leftOut: {
      withoutCustomer: withoutCustomer ?? 0,
      returns: returns ?? 0,
      withoutDateOrAmount: withoutDateOrAmount ?? 0,
    },
  };
}

/**
 * Makes the temporary table `purchase_histories`: each customer who had bought by `until`, as known at its end, and what came
 * later. Equal histories share a `history_no`, which counts from 1 in their order.
 */
export async function makePurchaseHistories(session: Session, until: string): Promise<void> {
  await session.execute(
    `create or replace temp table purchase_histories as
    with known as (
      select
        customer,
        min(purchased_on) as first_on,
        count(*) - 1 as frequency,
        max(purchased_on) - min(purchased_on) as recency_days,
        $until::date - min(purchased_on) as age_days,
        sum(amount) - arg_min(amount, purchased_on) as repeat_spend
      from purchase_days
      where purchased_on <= $until::date
      group by customer
    ),
    later as (
      select customer, count(*) as purchases, sum(amount) as spend
      from purchase_days
      where purchased_on > $until::date
      group by customer
    )
    select
      known.*,
      dense_rank() over (order by frequency, recency_days, age_days, repeat_spend) as history_no,
      coalesce(later.purchases, 0) as later_purchases,
      coalesce(later.spend, 0) as later_spend
    from known
    left join later using (customer)`,
    { until },
  );
}

/** Histories with what is grouped beside them, in order, equal histories side by side. */
export async function readHistories<Beside extends string>(
  session: Session,
  beside: readonly Beside[] = [],
): Promise<PurchaseHistories & { beside: (name: Beside) => Float64Array }> {
  const more = beside.map((name) => `, ${name}`).join("");
  const column = await readNumbers(
    session,
    `select frequency, recency_days / 7 as recency, age_days / 7 as age, count(*) as customers${more}
    from purchase_histories
    group by frequency, recency_days, age_days${more}
    order by frequency, recency_days, age_days${more}`,
  );
  return {
    frequency: column("frequency"),
    recency: column("recency"),
    age: column("age"),
    customers: column("customers"),
    beside: column,
  };
}

/** Of those who bought again for more than nothing, how often and for how much each time. */
export async function readRepeatSpends(session: Session): Promise<RepeatSpends> {
  const column = await readNumbers(
    session,
    `select frequency, repeat_spend::double / frequency as mean_spend, count(*) as customers
    from purchase_histories
    where frequency > 0 and repeat_spend > 0
    group by all
    order by all`,
  );
  return { frequency: column("frequency"), meanSpend: column("mean_spend"), customers: column("customers") };
}

/** When the customers first bought. */
export async function readBirths(session: Session, firstOn: string): Promise<Births> {
  const column = await readNumbers(
    session,
    "select first_on - $firstOn::date as day, count(*) as customers from purchase_histories group by all order by all",
    { firstOn },
  );
  return { day: column("day"), customers: column("customers") };
}

/** Repeat purchases, cumulative, of the customers of `purchase_histories` by the end of each week since `firstOn`. */
export async function readCumulativeRepeats(
  session: Session,
  firstOn: string,
  weeks: number,
): Promise<Float64Array> {
  const column = await readNumbers(
    session,
    `with repeats as (
      select (purchased_on - $firstOn::date) // 7 as week, count(*) as purchases
      from purchase_days
      join purchase_histories using (customer)
      where purchased_on > first_on
      group by week
    )
    select week, sum(coalesce(purchases, 0)) over (order by week) as purchases
    from (select range as week from range($weeks::bigint))
    left join repeats using (week)
    order by week`,
    { firstOn, weeks },
  );
  return column("purchases");
}

async function readNumbers(
  session: Session,
  sql: string,
  parameters: Parameters = {},
): Promise<(name: string) => Float64Array> {
  const columns = await session.columns(sql, parameters);
  return (name) => {
    const column = columns.find((candidate) => candidate.name === name);
    if (column?.type !== "number") throw new Error(`expected the statement to give numbers ${name}`);
    return column.values;
  };
}
