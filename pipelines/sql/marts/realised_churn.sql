-- What was predicted on the newest night whose horizon has passed, beside what happened: churn as churn_labels.sql means it,
-- for whoever was scored that night.
--
-- as_of: night of the prediction
-- customer_id: the customer
-- churn_probability: as predicted then, 0 to 1
-- has_churned: whether they bought nothing in the $horizon_days days after
-- is_held_out: whether no list could name them then
with passed_night as (
    select max(as_of) as as_of
    from history.churn_scores
    where as_of + $horizon_days::integer <= $as_of::date
),

predicted as (
    select churn_scores.customer_id, churn_scores.as_of, churn_scores.churn_probability
    from history.churn_scores as churn_scores
    join passed_night using (as_of)
    where churn_scores.churn_probability is not null
),

repurchases as (
    select distinct predicted.customer_id
    from predicted
    join transactions
        on transactions.customer_id = predicted.customer_id
        and transactions.occurred_at >= predicted.as_of + interval 1 day
        and transactions.occurred_at < predicted.as_of + $horizon_days::integer + interval 1 day
    where transactions.kind = 'purchase'
),

final as (
    select
        predicted.as_of,
        predicted.customer_id,
        predicted.churn_probability,
        repurchases.customer_id is null as has_churned,
        coalesce(holdout.assigned_on <= predicted.as_of, false) as is_held_out
    from predicted
    left join repurchases using (customer_id)
    left join holdout using (customer_id)
)

select * from final
