-- One row a person: the file gives every order a customer number of its own.
select
    order_customers.customer_id,
    min(orders.purchased_at) as registered_at,
    'consumer' as segment,
    max_by(order_customers.city, (orders.purchased_at, orders.order_id)) as city,
    max_by(order_customers.state, (orders.purchased_at, orders.order_id)) as province
from order_customers
join orders using (order_customer_id)
group by order_customers.customer_id
order by order_customers.customer_id
