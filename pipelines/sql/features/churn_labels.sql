-- Non-contractual churn: no purchase in the horizon_days after the date. Empty until the horizon has passed.
with repurchases as (
    select
        spine.customer_id,
        spine.as_of,
        count(*) as purchases
    from spine
    join transactions
        on transactions.customer_id = spine.customer_id
        and transactions.occurred_at >= spine.as_of + interval 1 day
        and transactions.occurred_at < spine.as_of + $horizon_days::integer + interval 1 day
    where transactions.kind = 'purchase'
    group by all
),

final as (
    select
        spine.customer_id,
        spine.as_of,
        spine.as_of + $horizon_days::integer as known_on,
        case when spine.as_of + $horizon_days::integer <= $as_of::date then repurchases.purchases is null end as has_churned
    from spine
    left join repurchases using (customer_id, as_of)
)

select * from final
