-- By month of the answer, where at least 50 orders were reviewed: low scores with their Wilson interval, and late orders.
with counts as (
    select
        date_trunc('month', reviewed_at)::date as month,
        count(*) as orders,
        avg(is_low::integer) as share,
        round(avg(is_late::integer), 4) as late_share,
        round(avg(score), 2) as mean_score
    from order_facts
    where reviewed_at < $as_of::date + interval 1 day
    group by 1
    having count(*) >= 50
),

final as (
    select
        month,
        orders,
        mean_score,
        late_share,
        round(share, 4) as low_share,
        round((share + 1.9208 / orders - 1.96 * sqrt((share * (1 - share) + 0.9604 / orders) / orders)) / (1 + 3.8416 / orders), 4)
            as low_share_low,
        round((share + 1.9208 / orders + 1.96 * sqrt((share * (1 - share) + 0.9604 / orders) / orders)) / (1 + 3.8416 / orders), 4)
            as low_share_high
    from counts
)

select * from final
order by month
