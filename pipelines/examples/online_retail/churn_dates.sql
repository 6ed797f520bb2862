-- Of the customers who were active at each past date, the share that bought nothing in the horizon after it, with its Wilson
-- interval (1927).
with counts as (
    select
        as_of,
        known_on,
        count(*) as customers,
        count(*) filter (has_churned) as churned,
        churned / customers as share
    from churn_labels
    where has_churned is not null
    group by as_of, known_on
),

final as (
    select
        as_of,
        known_on,
        customers,
        churned,
        round(share, 4) as churn,
        round((share + 1.9208 / customers - 1.96 * sqrt((share * (1 - share) + 0.9604 / customers) / customers))
            / (1 + 3.8416 / customers), 4) as churn_low,
        round((share + 1.9208 / customers + 1.96 * sqrt((share * (1 - share) + 0.9604 / customers) / customers))
            / (1 + 3.8416 / customers), 4) as churn_high
    from counts
)

select * from final
order by as_of
