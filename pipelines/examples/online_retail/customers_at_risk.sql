-- Each scored customer with what they carry: sales net of returns in the 365 days to as_of.
with yearly as (
    select
        customer_id,
        sum(amount) as yearly_sales,
        count(distinct order_id) filter (kind = 'purchase') as orders,
        max(occurred_at::date) filter (kind = 'purchase') as last_bought_on
    from transactions
    where occurred_at >= $as_of::date - 364 and occurred_at < $as_of::date + interval 1 day
    group by customer_id
),

final as (
    select
        churn_scores.customer_id,
        round(churn_scores.churn_probability, 4) as churn_probability,
        yearly.yearly_sales,
        yearly.orders,
        yearly.last_bought_on,
        round(churn_scores.churn_probability * greatest(yearly.yearly_sales, 0), 2)::decimal(12, 2) as sales_at_risk
    from churn_scores
    join yearly using (customer_id)
)

select * from final
order by sales_at_risk desc, customer_id
