-- Does a solved complaint bring people back? The difference in the share of customers who buy nothing in the horizon_days that begin
-- settle_days after the order, between groups of customers who are otherwise alike (method: analyses/complaint_recovery.yaml, doubly
-- robust, 95% interval). The service recovery paradox would be a difference below zero in kept_vs_no_problem.
-- comparison: kept (solved within the promise), late (solved after it), unsolved, silent (a problem, no complaint), no_problem: the one against the other
-- status: estimated, or why not
-- n: customers of the first group
-- compared: customers of the second
-- churn: share of the first group who buy nothing, 0 to 1
-- churn_of_comparable: the same of comparable customers of the second
-- effect: the one less the other
-- effect_low: lower end of its 95% interval
-- effect_high: upper end
-- verdict: paradox, no_paradox or cannot_be_told where the second group had no problem and the first was solved; else helps, harms or cannot_be_told
with comparisons as (
    select *
    from (
        values
        (1, 'kept_vs_no_problem'),
        (2, 'late_vs_no_problem'),
        (3, 'unsolved_vs_no_problem'),
        (4, 'silent_vs_no_problem'),
        (5, 'kept_vs_unsolved'),
        (6, 'kept_vs_silent')
    ) as comparisons (place, comparison)
),

final as (
    select
        comparisons.comparison,
        coalesce(complaint_recovery.status, 'no complaints of orders') as status,
        coalesce(complaint_recovery.exposed, 0)::bigint as n,
        coalesce(complaint_recovery.compared, 0)::bigint as compared,
        round(complaint_recovery.exposed_rate, 4) as churn,
        round(complaint_recovery.comparable_rate, 4) as churn_of_comparable,
        round(complaint_recovery.effect, 4) as effect,
        round(complaint_recovery.effect_low, 4) as effect_low,
        round(complaint_recovery.effect_high, 4) as effect_high,
        case
            when complaint_recovery.effect_low is null then 'cannot_be_told'
            when comparisons.comparison in ('kept_vs_no_problem', 'late_vs_no_problem')
                then case
                    when complaint_recovery.effect_high < 0 then 'paradox'
                    when complaint_recovery.effect_low > 0 then 'no_paradox'
                    else 'cannot_be_told'
                end
            when complaint_recovery.effect_high < 0 then 'helps'
            when complaint_recovery.effect_low > 0 then 'harms'
            else 'cannot_be_told'
        end as verdict
    from comparisons
    left join complaint_recovery using (comparison)
)

select * from final order by comparison
