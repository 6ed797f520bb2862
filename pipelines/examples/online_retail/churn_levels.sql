-- Churn by what was known of a customer, at the newest date whose horizon has passed: one row a customer, so that the
-- Wilson intervals hold.
with newest as (
    select max(as_of) as as_of from churn_labels where has_churned is not null
),

levels as (
    select
        churn_labels.has_churned,
        unnest([
            {factor: 'recency', position: least(days_since_last_order // 15, 5)},
            {factor: 'frequency', position: case
                when orders_365_days <= 3 then orders_365_days
                when orders_365_days <= 6 then 4
                else 5
            end},
            {factor: 'spend', position: ntile(5) over (order by spend_365_days, customer_id)}
        ]) as l
    from churn_labels
    join newest using (as_of)
    join customer_features using (customer_id, as_of)
),

counts as (
    select
        l.factor as factor,
        l.position as position,
        count(*) as customers,
        count(*) filter (has_churned) as churned,
        churned / customers as share
    from levels
    group by l.factor, l.position
),

final as (
    select
        factor,
        position,
        factor || '_' || position as level,
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
order by factor, position
