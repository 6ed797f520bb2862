-- Rows about orders that orders.csv does not have: they are left out of every table.
with mentions as (
    select 'order_items' as table_name, order_id from order_items
    union all
    select 'order_payments', order_id from order_payments
    union all
    select 'order_reviews', order_id from order_reviews
)

select
    table_name,
    order_id,
    count(*) as row_count
from mentions
anti join orders using (order_id)
group by table_name, order_id
order by table_name, order_id
