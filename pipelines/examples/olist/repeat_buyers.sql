-- How many customers there are by how often they ordered, whatever became of the orders.
with orders_of_customers as (
    select
        order_customers.customer_id,
        count(*) as orders
    from orders
    join order_customers using (order_customer_id)
    group by order_customers.customer_id
)

select
    least(orders, 4) as orders,
    count(*) as customers
from orders_of_customers
group by 1
order by 1
