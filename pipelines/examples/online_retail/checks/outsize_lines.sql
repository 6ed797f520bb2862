-- Lines so large that they move the year's sales by themselves: look at them before believing a total.
select
    transaction_id,
    customer_id,
    occurred_at,
    quantity,
    amount
from transactions
where abs(amount) > 0.005 * (select sum(amount) from transactions)
order by abs(amount) desc, transaction_id
