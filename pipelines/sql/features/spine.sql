-- Whom to ask about churn, and as of when: tonight and some earlier dates, each with the customers who had bought
-- in the active_days before. Who has not bought for longer is lost already and had no chance to churn.
with bounds as (
    select min(occurred_at)::date as first_on from transactions where kind = 'purchase'
),

dates as (
    select ($as_of::date - step::integer * $snapshot_days::integer) as as_of
    from range(0, $snapshots::integer) as steps(step)
),

-- An earlier date needs as much history before it as tonight's has at the least.
usable_dates as (
    select as_of
    from dates, bounds
    where as_of = $as_of::date or as_of - $active_days::integer >= first_on
),

final as (
    select distinct transactions.customer_id, usable_dates.as_of
    from usable_dates
    join transactions
        on transactions.occurred_at < usable_dates.as_of + interval 1 day
        and transactions.occurred_at >= usable_dates.as_of - $active_days::integer + interval 1 day
    where transactions.kind = 'purchase' and transactions.customer_id is not null
)

select * from final
