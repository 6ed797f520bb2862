-- One row a piece that was sold. An order that was cancelled, or whose goods were not to be had, is no purchase; the
-- freight is in order_facts.
select
    order_items.order_id || '-' || order_items.item_number as transaction_id,
    order_items.order_id,
    order_customers.customer_id,
    'purchase' as kind,
    orders.purchased_at as occurred_at,
    'web' as channel,
    order_items.product_id,
    coalesce(products.category, 'unknown') as category,
    1 as quantity,
    order_items.price as amount,
    orders.promised_on::date as promised_on,
    orders.delivered_at
from order_items
join orders using (order_id)
left join order_customers using (order_customer_id)
left join products using (product_id)
where orders.order_status not in ('canceled', 'unavailable')
order by occurred_at, transaction_id
