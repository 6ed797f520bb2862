import { horizonDays } from "../calendar.js";
import { happinessOf, npsAnswer } from "../happiness.js";

/** `snapshot`: the days on which the truth is told, each quarter of 90 days; `survival`: the chance that a customer who is
 * still there has bought nothing for so much effort, Erlang with three stages.
 */
export const snapshotTable = `
create macro survival(expected) as exp(-3 * expected) * (1 + 3 * expected + 4.5 * expected * expected);

create table snapshot as
select quarter, as_of, now.effort as effort, later.effort as later_effort
from (
  select range::integer as quarter, ends_at() + interval 1 second - to_days((${horizonDays} * range)::integer) as as_of from range(24)
)
join day as now on now.on_date = as_of::date
join day as later on later.day_no = now.day_no + ${horizonDays}
where as_of > starts_at() + interval ${horizonDays} day;
`;

/**
 * `customer_state`: every customer with a purchase behind them at each quarter's end (90 days apart, backwards from
 * the last day), and whether they came back in the horizon that follows.
 *
 * `churn_probability` is what someone would say who knows the customer's rhythm and the chances of leaving but not
 * whether the customer has left: Bayes' rule over "left after the last purchase" and "not due yet".
 */
export function customerStateTables(): string {
  return `
create table state_key as
select
  customer_no * 32 + quarter as state_key,
  any_value(customer_no) as customer_no,
  any_value(as_of) as occurred_at,
  max(ordered_at) filter (ordered_at < as_of and not is_won_back) as last_at,
  count(*) filter (ordered_at >= as_of) = 0 as is_churned
from purchase
join snapshot on ordered_at < as_of + interval ${horizonDays} day
group by state_key
having last_at is not null;

create view customer_state as
with troubled as (
  select state_key, round(exp(sum(ln(1 - leave_chance))), 6) as stay_chance
  from state_key
  join experience
    on experience.customer_no = state_key.customer_no
    and experience.is_first
    and experience.occurred_at >= last_at
    and experience.occurred_at < state_key.occurred_at
  group by state_key
),
due as (
  select
    state_key.*,
    pace,
    quit,
    coalesce(stay_chance, 1) as stay_chance,
    pace * (snapshot.effort - last.effort) / 100 as expected,
    pace * (later_effort - last.effort) / 100 as expected_later
  from state_key
  join customer using (customer_no)
  left join troubled using (state_key)
  join day as last on last.on_date = last_at::date
  join snapshot on quarter = state_key % 32
),
alive as (
  select
    *,
    (1 - quit) * stay_chance * survival(expected)
      / ((1 - quit) * stay_chance * survival(expected) + 1 - (1 - quit) * stay_chance) as alive_chance
  from due
)
select
  alive.*,
  happiness,
  ${npsAnswer("happiness", "state_key")} as nps,
  1 - alive_chance * (1 - survival(expected_later) / survival(expected)) as churn_probability
from alive
join (${happinessOf("state_key", "state_key")}) using (state_key);
`;
}

export const customerStateTruth = `
select
  customer_id,
  (occurred_at::date - 1)::date as as_of,
  round(happiness, 2)::float as satisfaction,
  nps::utinyint as nps,
  round(churn_probability, 3)::float as churn_probability,
  is_churned,
  round(365 * customer_state.pace, 1)::float as purchases_per_year,
  round(expected, 2)::float as purchases_due,
  round(1 - (1 - customer_state.quit) * stay_chance, 3)::float as leave_chance
from customer_state
join customer using (customer_no)
order by as_of, scramble('customer', customer_no)
`;

export const identityTruth = `
select
  customer_id,
  code('N', 'person', customer.person_no) as person_id,
  is_duplicate
from customer
order by customer_id
`;
