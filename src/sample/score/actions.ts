import type { Aspect } from "./aspect.js";

/** The outcome whose true effects are known. */
const outcome = "repeat_purchase";

/**
 * Whether each action worked, in words and numbers. `action` is the id or the name of an action. `too_early` and
 * `cannot_be_told` are neither right nor wrong.
 */
export const actions: Aspect = {
  claims: {
    action_effects: ["action", "outcome", "effect", "effect_low", "effect_high", "verdict"],
  },
  sql: `
with claim as (
  from action_effects where outcome = '${outcome}'
  qualify row_number() over (partition by action order by effect, verdict) = 1
),
compared as (
  select
    truth.action,
    is_useful,
    is_randomised,
    effect_on_return as true_effect,
    effect,
    effect_low,
    effect_high,
    effect_on_return between effect_low and effect_high as is_covered,
    verdict,
    case
      when verdict = 'worked' then is_useful
      when verdict = 'did_not_work' then not is_useful
    end as is_right
  from true_actions as truth
  left join claim on claim.action in (truth.action_id, truth.name)
)
select
  count(verdict)::integer as n,
  count(verdict) / nullif(count(*), 0) as coverage,
  (select count(*)::integer from claim anti join true_actions as truth on claim.action in (truth.action_id, truth.name)) as unknown_actions,
  (select count(*)::integer from action_effects where outcome is distinct from '${outcome}') as other_outcomes,
  count(*) filter (is_useful)::integer as useful,
  count(*) filter (is_useful and verdict = 'worked')::integer as useful_found,
  count(*) filter (not is_useful)::integer as useless,
  count(*) filter (not is_useful and verdict = 'worked')::integer as useless_called_useful,
  count(*) filter (verdict is not null and is_right is null)::integer as undecided,
  count(*) filter (is_covered)::integer as covered,
  avg(abs(effect - true_effect)) as mean_absolute_error,
  coalesce(list(compared order by action), []) as actions
from compared`,
};
