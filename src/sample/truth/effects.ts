import { horizonDays } from "../calendar.js";

/** What the parts of a world add up: `effect_total` of first exposures and `exposure_count` a day. */
export const effectTotals = `
create table effect_total (
  cause_no integer, exposed bigint, measurable bigint, effect decimal(38,6), measurable_effect decimal(38,6), revenue decimal(38,8)
);
create table exposure_count (cause_no integer, on_date date, exposures bigint);
`;

/**
 * `first_exposure`: for each customer's first exposure to each cause, how much it raises the chance to buy nothing
 * within the horizon. The world is known in both versions, so that this is exact given everything else: the chance
 * to leave, if the customer would otherwise have bought, else zero.
 */
export function effectTables(): string {
  return `
create table first_exposure as
with firsts as (
  select customer_no, cause_no, occurred_at, leave_chance
  from experience
  where is_first and occurred_at <= ends_at()
),
spared as (
  select firsts.customer_no, firsts.cause_no, min(exposure.occurred_at) as otherwise_left_at
  from firsts
  left join exposure
    on exposure.customer_no = firsts.customer_no and exposure.cause_no <> firsts.cause_no and exposure.leaves
  group by all
),
outcomes as (
  select
    firsts.customer_no,
    firsts.cause_no,
    count(*) filter (possible_order.is_won_back or possible_order.ordered_at <= coalesce(otherwise_left_at, timestamp '9999-01-01')) > 0 as would_buy,
    count(*) filter (possible_order.is_won_back) > 0 as is_won_back
  from firsts
  join spared using (customer_no, cause_no)
  left join possible_order
    on possible_order.customer_no = firsts.customer_no
    and possible_order.ordered_at > firsts.occurred_at
    and possible_order.ordered_at <= firsts.occurred_at + interval ${horizonDays} day
  group by all
),
spending as (
  select firsts.customer_no, firsts.cause_no, coalesce(sum(amount), 0)::decimal(12,2) as spent
  from firsts
  left join sale
    on sale.customer_no = firsts.customer_no
    and sale.occurred_at <= firsts.occurred_at
    and sale.occurred_at > firsts.occurred_at - interval 365 day
  group by all
)
select
  firsts.*,
  round(case when would_buy and not is_won_back then leave_chance else 0 end, 6)::decimal(9,6) as effect,
  spent,
  firsts.occurred_at <= ends_at() - interval ${horizonDays} day as is_measurable,
  firsts.occurred_at > ends_at() - interval 365 day as is_recent
from firsts
join outcomes using (customer_no, cause_no)
join spending using (customer_no, cause_no);

insert into effect_total
select
  cause_no,
  count(*),
  count(*) filter (is_measurable),
  sum(effect),
  coalesce(sum(effect) filter (is_measurable), 0),
  coalesce(sum(effect * spent) filter (is_recent), 0)
from first_exposure
group by cause_no;

insert into exposure_count
select cause_no, occurred_at::date, count(*)
from experience
where occurred_at between starts_at() and ends_at()
group by all;
`;
}

/** One row a cause: what it shares, whom it met, what it does. */
export const causeTruth = `
with exposures_by_day as (
  select
    cause_no,
    on_date,
    sum(coalesce(exposures, 0)) over (partition by cause_no order by on_date rows 6 preceding) as exposures_in_week
  from (select cause_no, on_date from cause, day where on_date between starts_at()::date and ends_at()::date)
  left join (select cause_no, on_date, sum(exposures) as exposures from exposure_count group by all) using (cause_no, on_date)
),
baseline as (
  select cause_no, avg(exposures_in_week) as usual, stddev_samp(exposures_in_week) as spread
  from exposures_by_day join cause using (cause_no)
  where on_date < cause.starts_at::date and on_date >= cause.starts_at::date - 90
    and on_date > starts_at()::date + 6
  group by cause_no
),
exceeding as (
  select
    cause_no,
    on_date,
    bool_and(exposures_in_week > usual + 2 * spread)
      over (partition by cause_no order by on_date rows between current row and 6 following) as is_lasting
  from exposures_by_day join baseline using (cause_no)
),
noticed as (
  select cause_no, min(on_date) as noticeable_on
  from exceeding join cause using (cause_no)
  where on_date >= cause.starts_at::date and is_lasting
  group by cause_no
),
summed as (
  select
    cause_no,
    sum(exposed)::bigint as exposed_customers,
    sum(measurable)::bigint as measurable_customers,
    round(sum(measurable_effect) / nullif(sum(measurable), 0), 4) as risk_difference,
    round(sum(effect) / sum(exposed), 4) as risk_difference_of_all,
    round(sum(revenue), 2)::double as revenue_at_risk
  from effect_total
  group by cause_no
)
select
  cause, topic, stage, shared_by, shared_value, event, cause.starts_at, is_snowballing, noticeable_on,
  exposed_customers, measurable_customers, risk_difference, risk_difference_of_all, revenue_at_risk,
  -mood::double as satisfaction_effect, contact as contact_chance,
  'rise of the chance to buy nothing in the ${horizonDays} days after first exposure, mean over exposed customers' as definition
from cause
left join summed using (cause_no)
left join noticed using (cause_no)
order by cause
`;
