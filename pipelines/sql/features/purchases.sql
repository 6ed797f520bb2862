-- What counts as a purchase for lifetime value: an order of a known customer, at what was paid. Returns take nothing back.
select
    customer_id,
    occurred_at::date as purchased_on,
    order_id,
    sum(amount) as amount
from transactions
where kind = 'purchase' and customer_id is not null and occurred_at < $as_of::date + interval 1 day
group by customer_id, purchased_on, order_id
