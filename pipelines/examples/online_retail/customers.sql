-- The file has no customer register: a customer begins with their first invoice.
select
    customer_id,
    min(invoiced_at) as registered_at
from invoice_lines
where customer_id is not null
group by customer_id
