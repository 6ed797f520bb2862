import type { Aspect } from "./aspect.js";
import { rocAuc } from "./probability.js";

/** The chance that each customer buys nothing within the horizon, beside the true chance and what happened. */
export const churn: Aspect = {
  claims: { churn_scores: ["customer_id", "as_of", "churn_probability"] },
  sql: `
with claim as (
  select
    customer_id,
    as_of::date as as_of,
    any_value(churn_probability order by churn_probability)::double as score,
    count(*) as times
  from churn_scores
  group by all
),
asked as (
  select claim.*, truth.churn_probability as chance, truth.is_churned as label
  from claim
  join true_customers as truth on truth.customer_id = claim.customer_id and truth.as_of = claim.as_of
),
compared as (from asked where score is not null),
calibration as (
  select
    tenth as decile,
    count(*)::integer as n,
    avg(score) as mean_claimed,
    avg(chance) as mean_true,
    avg(label::integer) as churned
  from (select *, ntile(10) over (order by score, customer_id, as_of) as tenth from compared)
  group by tenth
),
ranked as (
  select
    rank() over (order by score) + (count(*) over (partition by score) - 1) / 2 as score_rank,
    rank() over (order by chance) + (count(*) over (partition by chance) - 1) / 2 as chance_rank
  from compared
)
select
  count(*)::integer as n,
  count(*) / nullif((select count(*) from asked), 0) as coverage,
  (select count(*)::integer from claim anti join asked using (customer_id, as_of)) as unknown_customers,
  (select coalesce(sum(times - 1), 0)::integer from claim) as repeated_claims,
  ${rocAuc("compared")} as auc,
  (select corr(score_rank, chance_rank) from ranked) as rank_correlation_with_true_probability,
  avg(score - chance) as mean_error,
  avg(abs(score - chance)) as mean_absolute_error,
  (select sum(n * abs(mean_claimed - mean_true)) / sum(n) from calibration) as calibration_error,
  (select coalesce(list(calibration order by decile), []) from calibration) as deciles
from compared`,
};
