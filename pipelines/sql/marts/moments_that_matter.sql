-- Which moments of the journey matter most for keeping customers: the difference that it makes when a step goes badly instead of
-- well, the first time, to the chance to buy nothing in the horizon_days after it; among customers who are otherwise alike
-- (method: analyses/moment_effect.yaml, doubly robust, 95% interval). Ranked by the difference times how often it goes badly.
-- moment: kind of touchpoint
-- stage: of the journey, the most frequent for the kind
-- rank: 1 for the moment that costs most retention; null where the effect is not estimated
-- status: estimated, or why not
-- bad_share: how often the step goes badly, of those that go well or badly in the last 365 days, 0 to 1
-- steps: such steps
-- exposed: customers compared whose first such step went badly
-- compared: customers compared whose first went well
-- churn_after_bad: share of the first who buy nothing, 0 to 1
-- churn_of_comparable: share of comparable customers of the second, 0 to 1
-- effect: the one less the other
-- effect_low: lower end of its 95% interval
-- effect_high: upper end
-- lost_per_thousand: customers lost for each thousand such steps
-- is_clear: whether the interval leaves zero out
with steps as (
    select
        kind as moment,
        mode(stage) as stage,
        count(*) filter (outcome in ('ok', 'problem')) as steps,
        count(*) filter (outcome = 'problem') as bad
    from touchpoints
    where occurred_at < $as_of::date + interval 1 day and occurred_at >= $as_of::date + interval 1 day - interval 365 day
    group by kind
),

final as (
    select
        steps.moment,
        steps.stage,
        case
            when moment_effect.effect is not null
                then row_number() over (
                    order by moment_effect.effect is null, moment_effect.effect * steps.bad / nullif(steps.steps, 0) desc, steps.moment
                )
        end as rank,
        coalesce(moment_effect.status, 'not seen both well and badly on an order') as status,
        round(steps.bad / nullif(steps.steps, 0), 4) as bad_share,
        steps.steps,
        coalesce(moment_effect.exposed, 0)::bigint as exposed,
        coalesce(moment_effect.compared, 0)::bigint as compared,
        round(moment_effect.exposed_rate, 4) as churn_after_bad,
        round(moment_effect.comparable_rate, 4) as churn_of_comparable,
        round(moment_effect.effect, 4) as effect,
        round(moment_effect.effect_low, 4) as effect_low,
        round(moment_effect.effect_high, 4) as effect_high,
        round(1000 * moment_effect.effect * steps.bad / nullif(steps.steps, 0), 1) as lost_per_thousand,
        coalesce(moment_effect.effect_low > 0 or moment_effect.effect_high < 0, false) as is_clear
    from steps
    left join moment_effect using (moment)
)

select * from final order by rank nulls last, moment
