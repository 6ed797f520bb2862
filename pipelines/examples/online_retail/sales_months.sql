-- Sales net of returns, by month. The month of as_of is complete only when as_of is its last day.
select
    date_trunc('month', occurred_at)::date as month,
    sum(amount) as sales,
    coalesce(sum(amount) filter (customer_id is null), 0) as sales_without_account,
    -coalesce(sum(amount) filter (kind = 'return'), 0) as returned,
    count(distinct order_id) filter (kind = 'purchase') as orders,
    count(distinct customer_id) filter (kind = 'purchase') as customers,
    date_trunc('month', occurred_at) + interval 1 month <= $as_of::date + interval 1 day as is_complete
from transactions
where occurred_at < $as_of::date + interval 1 day
group by 1, is_complete
order by 1
