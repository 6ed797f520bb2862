-- Whether each action worked, outcome by outcome. Estimand: the mean effect on those it reached, in the horizon_days after it
-- reached them: for a campaign on its customers, for a fix on orders through its stores or carriers. By the randomised
-- comparison where a lot decided, else by difference in differences (see action_estimates). Of each outcome the p-values of all
-- actions are adjusted together (Holm 1979), so that the chance to call any useless one useful stays below 5%.
-- action: its id
-- name: its name
-- kind: campaign or fix
-- unit: customer, store or carrier
-- started_at: when it began
-- treated_units: customers, stores or carriers reached
-- untreated_units: those held back
-- outcome: repeat_purchase, churn, nps or contacts
-- label_en: the outcome in English
-- label_it: the outcome in Italian
-- design: randomised or difference_in_differences; null where nothing was measured
-- treated_after: moments of those reached, after it began
-- untreated_after: moments of the others, after it began
-- treated_mean: mean outcome of those reached
-- expected_mean: what it would have been without the action
-- effect: their difference: of shares, or in NPS points
-- effect_low: lower end of its 95% interval
-- effect_high: upper end
-- p_value: two-sided, of no effect
-- p_adjusted: the same for all actions together
-- trend_gap: the same estimate before it began, which should be 0: randomised arms before, or the trends of both
-- trend_p_value: two-sided, of no gap
-- verdict: worked, did_not_work, too_early or cannot_be_told
-- reason: why, in words
-- caveat: what weakens the estimate; null where nothing does
with action_list as (
    select
        action_id,
        any_value(name order by name) as name,
        any_value(kind order by kind) as kind,
        any_value(unit order by unit) as unit,
        min(started_at) as started_at,
        count(*) filter (arm = 'treated') as treated_units,
        count(*) filter (arm = 'control') as untreated_units
    from actions
    where started_at < $as_of::date + interval 1 day
    group by action_id
),

-- An order that is not followed by another is one whose customer left: churn mirrors repeat purchase.
mirrored as (
    select
        action_estimates.* replace (
            'churn' as outcome,
            1 - treated_mean as treated_mean,
            1 - expected_mean as expected_mean,
            -effect as effect,
            -effect_high as effect_low,
            -effect_low as effect_high,
            -trend_gap as trend_gap
        )
    from action_estimates
    join action_list using (action_id)
    where action_estimates.outcome = 'repeat_purchase' and action_list.kind = 'fix'
),

estimates as (
    select * from action_estimates
    union all by name
    select * from mirrored
),

ranked as (
    select
        action_id,
        outcome,
        row_number() over (partition by outcome order by p_value, action_id) as place,
        least(1, p_value * (count(*) over (partition by outcome) + 1 - row_number() over (partition by outcome order by p_value, action_id)))
            as p_stepped
    from estimates
    where status = 'estimated'
),

adjusted as (
    select
        action_id,
        outcome,
        max(p_stepped) over (partition by outcome order by place rows unbounded preceding) as p_adjusted
    from ranked
),

joined as (
    select
        action_list.*,
        action_outcomes.outcome,
        action_outcomes.label_en,
        action_outcomes.label_it,
        action_outcomes.worth::double as worth,
        estimates.status,
        estimates.design,
        estimates.treated_after,
        estimates.untreated_after,
        case when action_outcomes.outcome <> 'nps' then estimates.treated_mean else 200 * estimates.treated_mean - 100 end as treated_mean,
        case when action_outcomes.outcome <> 'nps' then estimates.expected_mean else 200 * estimates.expected_mean - 100 end
            as expected_mean,
        action_outcomes.scale::double * estimates.effect as effect,
        action_outcomes.scale::double * estimates.effect_low as effect_low,
        action_outcomes.scale::double * estimates.effect_high as effect_high,
        case when action_outcomes.better = 'higher' then estimates.effect else -estimates.effect end as gain,
        action_outcomes.scale::double * case when action_outcomes.better = 'higher' then estimates.effect_high else -estimates.effect_low end
            as most_gain,
        estimates.p_value,
        adjusted.p_adjusted,
        action_outcomes.scale::double * estimates.trend_gap as trend_gap,
        estimates.trend_p_value,
        estimates.clusters,
        estimates.clustered_by,
        started_at + to_days($horizon_days::integer) > $as_of::date + interval 1 day as is_young
    from action_list
    cross join action_outcomes
    left join estimates using (action_id, outcome)
    left join adjusted using (action_id, outcome)
),

judged as (
    select
        *,
        case
            when is_young then 'too_early'
            when status is distinct from 'estimated' or trend_p_value < 0.01 then 'cannot_be_told'
            when p_adjusted < 0.05 and gain > 0 then 'worked'
            when p_adjusted < 0.05 or most_gain < worth then 'did_not_work'
            else 'cannot_be_told'
        end as verdict
    from joined
),

final as (
    select
        action_id as action,
        name,
        kind,
        unit,
        started_at,
        treated_units,
        untreated_units,
        outcome,
        label_en,
        label_it,
        design,
        coalesce(treated_after, 0)::bigint as treated_after,
        coalesce(untreated_after, 0)::bigint as untreated_after,
        round(treated_mean, 4) as treated_mean,
        round(expected_mean, 4) as expected_mean,
        round(effect, 4) as effect,
        round(effect_low, 4) as effect_low,
        round(effect_high, 4) as effect_high,
        round(p_value, 6) as p_value,
        round(p_adjusted, 6) as p_adjusted,
        round(trend_gap, 4) as trend_gap,
        round(trend_p_value, 6) as trend_p_value,
        verdict,
        case
            when verdict = 'too_early' then 'the time in which it is judged has not passed'
            when status is null then 'nothing to judge it by'
            when status <> 'estimated' then status
            when trend_p_value < 0.01 and design = 'randomised' then 'the arms differed before it began'
            when trend_p_value < 0.01 then 'the trends differed before it began'
            when verdict = 'worked' then 'better than chance explains'
            when p_adjusted < 0.05 then 'worse than chance explains'
            when verdict = 'did_not_work' then 'whatever it does is less than is worth having'
            else 'chance explains the difference'
        end as reason,
        case
            when design is null then null
            when unit <> 'customer' and clustered_by = 'customer_id'
                then 'only ' || (treated_units + untreated_units) || ' units: what else befell one of them counts as effect'
            when design = 'difference_in_differences' and trend_p_value is null then 'trends before it began are not known'
        end as caveat
    from judged
)

select * from final order by started_at, action, outcome
