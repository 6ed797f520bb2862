-- How good the predictions of past nights turned out to be, for all who were scored and for the hold-out apart, whom no
-- action has touched: Brier score, AUC (Mann-Whitney), and the share that churned with its 95% interval (Wilson 1927). While
-- no horizon has passed, one row says that it is too early, and when it will not be.
--
-- model: the model
-- as_of: night of the predictions
-- known_on: date by which their horizon has passed
-- status: `known`, or `too early`, and then no number is there
-- customers: `all`, `held out` or `treatable`
-- n: how many
-- predicted: mean predicted probability, 0 to 1
-- realised: share that churned, 0 to 1
-- low: lower end of its 95% interval
-- high: upper end of its 95% interval
-- brier: Brier score of the predictions
-- auc: area under their ROC curve; null where all or none churned
with members as (
    select *, 'all' as customers from realised_churn
    union all
    select *, case when is_held_out then 'held out' else 'treatable' end from realised_churn
),

ranked as (
    select
        *,
        rank() over same_night_below + (count(*) over same_score - 1) / 2 as mid_rank
    from members
    window
        same_night_below as (partition by as_of, customers order by churn_probability),
        same_score as (partition by as_of, customers, churn_probability)
),

shares as (
    select
        as_of,
        customers,
        count(*) as n,
        count(*) filter (has_churned) as churned,
        count(*) filter (not has_churned) as stayed,
        avg(churn_probability) as predicted,
        avg(has_churned::integer) as realised,
        avg((churn_probability - has_churned::integer) ^ 2) as brier,
        sum(mid_rank) filter (has_churned) as churned_ranks
    from ranked
    group by as_of, customers
),

wilson as (
    select
        *,
        (realised + 1.96 ^ 2 / (2 * n)) / (1 + 1.96 ^ 2 / n) as centre,
        1.96 * sqrt(realised * (1 - realised) / n + 1.96 ^ 2 / (4 * n ^ 2)) / (1 + 1.96 ^ 2 / n) as margin
    from shares
),

nights as (
    select as_of from history.churn_scores
    union all
    select $as_of::date
),

too_early as (
    select min(as_of) as as_of from nights where not exists (select * from shares)
),

final as (
    select
        'churn' as model,
        as_of,
        as_of + $horizon_days::integer as known_on,
        'known' as status,
        customers,
        n,
        round(predicted, 6) as predicted,
        round(realised, 6) as realised,
        round(centre - margin, 6) as low,
        round(centre + margin, 6) as high,
        round(brier, 6) as brier,
        round((churned_ranks - churned * (churned + 1) / 2) / nullif(churned * stayed, 0), 6) as auc
    from wilson
    union all
    select
        'churn', as_of, as_of + $horizon_days::integer, 'too early', 'all', 0, null, null, null, null, null, null
    from too_early
    where as_of is not null
)

select * from final order by as_of, customers
