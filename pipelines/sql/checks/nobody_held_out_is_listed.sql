-- Members of the hold-out on a list of customers to act on. Add every such list here.
with listed as (
    select 'customers_at_risk' as list, customer_id from customers_at_risk
    union all
    select 'valuable_customers_at_risk', customer_id from valuable_customers_at_risk
    union all
    select 'advocates', customer_id from advocates
    union all
    select 'silent_unhappy', customer_id from silent_unhappy
    union all
    select 'what_to_do_first', item from what_to_do_first where kind = 'customer'
)

select listed.list, listed.customer_id
from listed
join holdout using (customer_id)
