import { dayStart, type Span } from "./calendar.js";
import { brokenProduct, lateCarrier, products, queueStore, rowsOf } from "./catalogue.js";

/** A source of friction and what it truly does to the people whom it meets for the first time. */
export interface Cause {
  cause: string;
  topic: string;
  stage: "need" | "research" | "purchase" | "use" | "support";
  /** What the exposed share, as `kind` and its id. */
  sharedBy: "carrier" | "store" | "product" | "category" | "channel" | "segment";
  sharedValue: string;
  /** The operational event that shows it, or none: then only what people say does. */
  event: string | undefined;
  /** When it starts (or, for the avalanche, begins to grow), as days before the end or a fraction of the data's span. */
  start: { fraction: number } | { daysBeforeEnd: number };
  /** Whether it grows from day to day, instead of being there at once. */
  isSnowballing?: true;
  /** Chance that the first exposure makes a customer leave for good, before the customer's segment is considered. */
  leave: number;
  /** Points of satisfaction (of about 1 standard deviation each) lost for `memoryDays`. */
  mood: number;
  /** Chance to get in touch about an exposure, for a customer of average voice. */
  contact: number;
}

/** Days during which an exposure weighs on satisfaction. */
export const memoryDays = 120;

/** Cause numbers in the order below, from 1. */
export const causes: readonly Cause[] = [
  {
    cause: "late_delivery",
    topic: "delivery",
    stage: "purchase",
    sharedBy: "carrier",
    sharedValue: `V${lateCarrier}`,
    event: "delivered_at after promised_on",
    start: { fraction: 0.2 },
    leave: 0.46,
    mood: 1.5,
    contact: 0.42,
  },
  {
    cause: "wrong_invoice",
    topic: "billing",
    stage: "purchase",
    sharedBy: "segment",
    sharedValue: "business",
    event: "touchpoint invoice problem",
    start: { fraction: 0.12 },
    leave: 0.24,
    mood: 1.1,
    contact: 0.6,
  },
  {
    cause: "faulty_item",
    topic: "product_quality",
    stage: "use",
    sharedBy: "product",
    sharedValue: `P${String(brokenProduct).padStart(2, "0")}`,
    event: "touchpoint return problem",
    start: { fraction: 0.3 },
    leave: 0.2,
    mood: 1.3,
    contact: 0.5,
  },
  {
    cause: "long_queue",
    topic: "queue",
    stage: "purchase",
    sharedBy: "store",
    sharedValue: `S${String(queueStore).padStart(2, "0")}`,
    event: "touchpoint queue problem",
    start: { fraction: 0 },
    leave: 0.28,
    mood: 0.7,
    contact: 0.1,
  },
  {
    cause: "failed_refund",
    topic: "refund",
    stage: "support",
    sharedBy: "channel",
    sharedValue: "web",
    event: "touchpoint refund problem",
    start: { fraction: 0.15 },
    leave: 0.3,
    mood: 1.6,
    contact: 0.75,
  },
  {
    cause: "app_problem",
    topic: "app",
    stage: "research",
    sharedBy: "channel",
    sharedValue: "app",
    event: "touchpoint session problem",
    start: { daysBeforeEnd: 35 },
    isSnowballing: true,
    leave: 0.18,
    mood: 0.8,
    contact: 0.3,
  },
  {
    cause: "chemical_smell",
    topic: "smell",
    stage: "use",
    sharedBy: "category",
    sharedValue: "textiles",
    event: undefined,
    start: { daysBeforeEnd: 45 },
    leave: 0.1,
    mood: 1.0,
    contact: 0.45,
  },
];

/** The number of a cause in `exposure.cause_no`. */
export function causeNumber(name: string): number {
  return causes.findIndex(({ cause }) => cause === name) + 1;
}

const smellingProducts = products.flatMap(({ category }, index) =>
  category === "textiles" ? [index + 1] : [],
);

/** The moment at which a cause starts, as an SQL literal. */
function startOf({ start }: Cause, span: Span): string {
  return dayStart(span, "fraction" in start ? start.fraction * span.days : span.days - start.daysBeforeEnd);
}

/** `cause`: the causes of this world, and a macro for when each starts. */
export function causeTable(span: Span): string {
  const rows = causes.map((cause, index) => [
    index + 1,
    cause.cause,
    cause.topic,
    cause.stage,
    cause.sharedBy,
    cause.sharedValue,
    cause.event ?? "",
    cause.leave,
    cause.mood,
    cause.contact,
    String(cause.isSnowballing ?? false),
  ]);
  return `
create macro cause_start(wanted) as case wanted
  ${causes.map((cause) => `when '${cause.cause}' then ${startOf(cause, span)}`).join("\n  ")}
end;
create table cause as
select
  cause_no, cause, topic, stage, shared_by, shared_value, nullif(event, '') as event,
  leave::double as leave, mood::decimal(4,2) as mood, contact::double as contact, is_snowballing::boolean as is_snowballing,
  cause_start(cause) as starts_at
from (values ${rowsOf(rows)})
  as t(cause_no, cause, topic, stage, shared_by, shared_value, event, leave, mood, contact, is_snowballing);
`;
}

/**
 * `exposure`: each time that a cause meets a customer, as it would go if nobody left: the order behind it, when,
 * whether it is the customer's first of that cause, whether they complain, when that is solved, and whether they
 * leave because of it.
 *
 * Only a first exposure can make a customer leave. A complaint that is solved within three days takes a third off
 * that chance.
 */
export function exposureTables(): string {
  return `
create table met as
select customer_no, order_key, ${causeNumber("late_delivery")} as cause_no, delivered_at as occurred_at, false as is_visit from booking where is_late
union all
select customer_no, order_key, ${causeNumber("wrong_invoice")}, invoiced_at, false from booking where is_wrong_bill
union all
select customer_no, order_key, ${causeNumber("faulty_item")}, returned_at, false from booking where is_broken
union all
select customer_no, order_key, ${causeNumber("long_queue")}, ordered_at, false from booking where is_long_queue
union all
select customer_no, order_key, ${causeNumber("failed_refund")}, refunded_at, false from booking where is_failed_refund
union all
select customer_no, order_key, ${causeNumber("app_problem")}, ordered_at, false from booking where is_crash
union all
select customer_no, order_key, ${causeNumber("app_problem")}, visited_at, true from visit where is_crash
union all
select customer_no, order_key, ${causeNumber("chemical_smell")}, arrived_at + interval 1 day, false from booking
where product_no in (${smellingProducts.join(", ")}) and arrived_at >= cause_start('chemical_smell')
  and uniform('smell', order_key) < 0.75;

create table exposure as
with keyed as (
  select * exclude (is_visit), order_key * 8 + case when is_visit then 0 else cause_no end as exposure_key from met
),
reacted as (
  select
    keyed.*,
    row_number() over (partition by customer_no, cause_no order by occurred_at, order_key) = 1 as is_first,
    uniform('complains', exposure_key) < cause.contact * (0.4 + 1.2 * vocal) as complains,
    occurred_at + to_seconds(floor(exp(10.2 + 0.9 * normal('hesitates', exposure_key)))::bigint) as complained_at,
    exp(11.7 + 0.8 * normal('solving', exposure_key)) as solving_seconds,
    cause.leave * case segment when 'consumer'::segment then 1.0 when 'family'::segment then 1.08 else 0.82 end as leave
  from keyed
  join cause using (cause_no)
  join customer using (customer_no)
),
weighed as (
  select
    *,
    complains and solving_seconds < 3 * 86400 as is_solved_soon,
    leave * case when complains and solving_seconds < 3 * 86400 then 0.67 else 1 end as leave_chance
  from reacted
)
select
  customer_no, order_key, cause_no, occurred_at, exposure_key, is_first, complains, complained_at,
  solving_seconds, is_solved_soon, leave_chance,
  is_first and uniform('leaves', customer_no * 8 + cause_no) < leave_chance as leaves
from weighed;

-- When each customer leaves because of a cause, if ever; and when they would if the first such cause had spared them.
create table departure as
select
  customer_no,
  min(occurred_at) as left_at,
  arg_min(cause_no, (occurred_at, cause_no)) as cause_no,
  list_sort(list(occurred_at))[2] as otherwise_left_at
from exposure
where leaves
group by customer_no;

-- What remains to be known of the orders that might have been.
create table possible_order as select customer_no, ordered_at, is_won_back from booking;

-- What really happens: orders before departure, and what won back whoever had left.
delete from booking using departure
where booking.customer_no = departure.customer_no and ordered_at > left_at and not is_won_back;
alter table booking rename to purchase;

-- Those of which the company knows whose they are.
create view known_purchase as from purchase where not is_anonymous;

drop table met;

create table visit_made as
select visit.*
from visit
semi join purchase on purchase.order_key = visit.order_key
left join departure on departure.customer_no = visit.customer_no
where visited_at <= coalesce(left_at, timestamp '9999-01-01');

create table experience as
select exposure.*
from exposure
semi join purchase on purchase.order_key = exposure.order_key
left join departure on departure.customer_no = exposure.customer_no
where exposure.cause_no <> ${causeNumber("app_problem")} or occurred_at <= coalesce(left_at, timestamp '9999-01-01');
`;
}
