-- Orders paid with more than a real more or less than goods and freight cost.
with costs as (
    select order_id, sum(price + freight) as cost from order_items group by order_id
),

payments as (
    select order_id, sum(paid) as paid from order_payments group by order_id
)

select
    costs.order_id,
    costs.cost,
    payments.paid
from costs
join payments using (order_id)
where abs(costs.cost - payments.paid) > 1
order by abs(costs.cost - payments.paid) desc, costs.order_id
