-- What customers bought and gave back, in the canonical columns. Postage and manual lines are part of an order, in
-- categories of their own.
select
    concat_ws('-', invoice_no, stock_code, row_number() over (
        partition by invoice_no, stock_code order by invoiced_at, quantity, unit_price, description, customer_id, country
    )) as transaction_id,
    invoice_no as order_id,
    customer_id,
    line_kind as kind,
    invoiced_at as occurred_at,
    'web' as channel,
    stock_code as product_id,
    products.category,
    abs(quantity) as quantity,
    amount
from invoice_lines
join products on products.product_id = invoice_lines.stock_code
where line_kind in ('purchase', 'return')
order by invoiced_at, transaction_id
