-- Members of the hold-out on a list of customers to act on. Add every such list here.
with listed as (
    select 'customers_at_risk' as list, customer_id from customers_at_risk
)

select listed.list, listed.customer_id
from listed
join holdout using (customer_id)
