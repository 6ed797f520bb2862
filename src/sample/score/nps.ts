import { horizonDays } from "../calendar.js";
import type { Aspect } from "./aspect.js";

/**
 * The NPS of all customers in windows that end on `period`, against that of everyone who was asked in them, whether
 * they answered or not. The last window comes first, then how many of all intervals hold the truth.
 */
export function nps(metric: "nps" | "nps_weighted"): Aspect {
  return {
    claims: { metrics: ["metric", "period", "segment", "value", "low", "high"] },
    otherwise: `metrics where metric = '${metric}'`,
    sql: `
with claim as (
  select period::date as period, value, low, high
  from metrics
  where metric = '${metric}' and segment = 'all' and value is not null
),
compared as (
  select
    period,
    value as claimed,
    low,
    high,
    100 * avg((nps >= 9)::integer - (nps <= 6)::integer) as truth,
    count(*)::integer as asked,
    count(*) filter (is_answered)::integer as answered
  from claim
  join true_invitations on asked_at::date > period - ${horizonDays} and asked_at::date <= period
  group by all
)
select
  *,
  claimed - truth as error,
  truth between low and high as is_covered,
  (select count(*)::integer from compared) as periods,
  (select count(*) filter (truth between low and high)::integer from compared) as periods_covered,
  (select count(*)::integer from claim anti join compared using (period)) as unknown_periods
from compared
order by period desc
limit 1`,
  };
}
