-- Whom to ask about churn: only customers with a habit to break, who have bought on habit_days separate days. Who has
-- bought once from a marketplace has not left it.
with purchase_days as (
    select distinct customer_id, occurred_at::date as bought_on
    from transactions
    where kind = 'purchase' and customer_id is not null
),

dates as (
    select ($as_of::date - step::integer * $snapshot_days::integer) as as_of
    from range(0, $snapshots::integer) as steps(step)
),

final as (
    select
        purchase_days.customer_id,
        dates.as_of
    from dates
    join purchase_days on purchase_days.bought_on <= dates.as_of
    group by all
    having count(*) >= $habit_days::integer and max(bought_on) > dates.as_of - $active_days::integer
)

select * from final
