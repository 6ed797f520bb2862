import type { Aspect } from "./aspect.js";

/** Two causes are in one order for sure when the true revenue at risk of one exceeds the other's by this factor. */
const clearFactor = 1.25;

/** What each friction costs: effect on churn with interval, beside the naive comparison; revenue at risk and its order. */
export const frictions: Aspect = {
  claims: {
    friction_points: [
      "friction",
      "churn_effect",
      "churn_effect_low",
      "churn_effect_high",
      "naive_effect",
      "revenue_at_risk",
    ],
  },
  sql: `
with measurable as (
  from true_causes where event is not null
),
compared as (
  select
    friction,
    churn_effect,
    churn_effect_low,
    churn_effect_high,
    naive_effect,
    risk_difference as true_effect,
    risk_difference between churn_effect_low and churn_effect_high as is_covered,
    friction_points.revenue_at_risk,
    measurable.revenue_at_risk as true_revenue_at_risk
  from friction_points
  join measurable on cause = friction
  where churn_effect is not null and risk_difference is not null
),
pair as (
  select
    (one.revenue_at_risk > other.revenue_at_risk) = (one.true_revenue_at_risk > other.true_revenue_at_risk) as is_in_order
  from compared as one
  join compared as other on one.friction < other.friction
  where greatest(one.true_revenue_at_risk, other.true_revenue_at_risk)
    > ${clearFactor} * least(one.true_revenue_at_risk, other.true_revenue_at_risk)
)
select
  count(*)::integer as causes,
  count(*) / nullif((select count(*) from measurable), 0) as coverage,
  (select count(*)::integer from friction_points anti join true_causes on cause = friction) as unknown_frictions,
  count(*) filter (is_covered)::integer as covered,
  avg(abs(churn_effect - true_effect)) as mean_absolute_error,
  avg(abs(naive_effect - true_effect)) as naive_mean_absolute_error,
  (select count(*)::integer from pair) as pairs,
  (select count(*) filter (is_in_order)::integer from pair) as pairs_in_order,
  arg_max(friction, revenue_at_risk) = arg_max(friction, true_revenue_at_risk) as is_dearest_found,
  coalesce(list(compared order by true_revenue_at_risk desc, friction), []) as frictions
from compared`,
};
