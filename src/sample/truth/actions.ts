import { horizonDays } from "../calendar.js";
import { mendedCarrier } from "../catalogue.js";
import { causeNumber } from "../causes.js";

/** What the parts of a world add up: `action_total` and `leave_total`, the chances of leaving at first exposures. */
export const actionTotals = `
create table action_total (action_no integer, treated bigint, effect decimal(38,6), prevented_cause_no integer);
create table leave_total (cause_no integer, exposures bigint, leave_chance decimal(38,6));
`;

/**
 * Adds to the totals. The effect of a campaign is that its treated customers buy who would not; of a fix, that orders
 * followed by another are spared an exposure, which has yet to be multiplied by the chance that it makes one leave.
 */
export function actionEffects(): string {
  return `
insert into leave_total
select cause_no, count(*), sum(leave_chance::decimal(9,6)) from experience where is_first group by cause_no;

insert into action_total
with campaigns as (
  select
    assignment.action_no,
    assignment.customer_no,
    any_value(action.response) as response,
    count(ordered_at) filter (order_key <> assignment.customer_no * 256 + 248 + assignment.action_no) = 0 as would_not_buy
  from assignment
  join action using (action_no)
  left join purchase
    on purchase.customer_no = assignment.customer_no
    and ordered_at > assignment.starts_at
    and ordered_at <= assignment.starts_at + interval ${horizonDays} day
  where is_treated
  group by all
),
mended_orders as (
  select
    (select action_no from action where action = 'carrier_fix') as action_no, customer_no, ordered_at, ${causeNumber("late_delivery")} as cause_no,
    late_rate(carrier_no, segment, true, false) - late_rate(carrier_no, segment, true, true) as prevented
  from purchase where carrier_no = ${mendedCarrier} and ordered_at >= action_start('carrier_fix')
  union all
  select
    (select action_no from action where action = 'store_fix'), customer_no, ordered_at, ${causeNumber("long_queue")},
    queue_rate(store_no, false) - queue_rate(store_no, true)
  from purchase where store_no % 2 = 0 and ordered_at >= action_start('store_fix')
),
fixes as (
  select
    mended_orders.action_no, mended_orders.customer_no, mended_orders.ordered_at, mended_orders.cause_no,
    any_value(prevented) * (count(next.ordered_at) > 0)::integer * (count(earlier.occurred_at) = 0)::integer as prevented
  from mended_orders
  left join first_exposure as earlier
    on earlier.customer_no = mended_orders.customer_no and earlier.cause_no = mended_orders.cause_no
    and earlier.occurred_at <= mended_orders.ordered_at
  left join purchase as next
    on next.customer_no = mended_orders.customer_no and next.ordered_at > mended_orders.ordered_at
    and next.ordered_at <= mended_orders.ordered_at + interval ${horizonDays} day
  where mended_orders.ordered_at <= ends_at() - interval ${horizonDays} day
  group by all
)
select action_no, count(*), sum((response * would_not_buy::integer)::decimal(9,6)), null from campaigns group by action_no
union all
select action_no, count(*), sum(prevented::decimal(9,6)), cause_no from fixes group by action_no, cause_no;
`;
}

/** One row an action: what it truly changes for those treated. */
export const actionTruth = `
with chances as (
  select cause_no as prevented_cause_no, sum(leave_chance) / sum(exposures) as leave_chance from leave_total group by cause_no
),
effects as (
  select action_no, sum(treated)::bigint as treated, round(sum(effect) / sum(treated) * coalesce(any_value(leave_chance), 1), 4) as effect_on_return
  from action_total
  left join chances using (prevented_cause_no)
  group by action_no
)
select
  code('A', 'action', action_no) as action_id,
  action,
  name,
  is_randomised,
  starts_at,
  treated,
  coalesce(effect_on_return, 0)::double as effect_on_return,
  effect_on_return > 0 as is_useful,
  case kind
    when 'campaign' then 'rise of the chance that a treated customer buys in the ${horizonDays} days after it began'
    else 'rise of the chance that an order through a treated unit is followed by another within ${horizonDays} days'
  end as definition
from action
left join effects using (action_no)
order by action_id
`;
