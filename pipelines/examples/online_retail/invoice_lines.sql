-- Each line of the file, typed, with what it is: a purchase, a return, or no trade with a customer.
with typed as (
    select
        upper(regexp_replace(trim(invoice_no), '\.0$', '')) as invoice_no,
        upper(trim(stock_code)) as stock_code,
        nullif(trim(description), '') as description,
        quantity,
        unit_price,
        coalesce(try_cast(invoice_date as timestamp), try_strptime(invoice_date, '%m/%d/%Y %H:%M')) as invoiced_at,
        regexp_replace(trim(customer_id), '\.0+$', '') as customer_number,
        trim(country) as country
    from invoices
),

known as (
    select
        * exclude (customer_number),
        case when lower(customer_number) not in ('', '0', 'nan', 'none', 'null', 'na') then customer_number end as customer_id,
        invoice_no like 'C%' or quantity < 0 as is_credit,
        row_number() over (
            partition by invoice_no, stock_code, description, quantity, unit_price, invoiced_at, customer_number, country
        ) as copy_number
    from typed
),

final as (
    select
        *,
        case
            when stock_code in ('POST', 'DOT', 'C2', 'C3') then 'postage'
            when stock_code in ('M', 'ADJUST', 'ADJUST2') then 'manual'
            when stock_code = 'D' then 'discount'
            when stock_code like 'GIFT%' then 'voucher'
            when stock_code in ('BANK CHARGES', 'AMAZONFEE', 'CRUK', 'B', 'S') or stock_code like 'TEST%' then 'bookkeeping'
            else 'goods'
        end as item_kind,
        case
            when copy_number > 1 then 'repeated_line'
            when item_kind = 'bookkeeping' or unit_price < 0 then 'bookkeeping'
            when quantity = 0 or (unit_price = 0 and customer_id is null) or (unit_price = 0 and is_credit) then 'stock_correction'
            when is_credit then 'return'
            else 'purchase'
        end as line_kind,
        round(abs(quantity * unit_price) * case when is_credit then -1 else 1 end, 2)::decimal(12, 2) as amount
    from known
)

select * from final
