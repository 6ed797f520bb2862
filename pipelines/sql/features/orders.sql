-- One row an order of a known customer, with what was known of it on the night: a delivery still to come is not seen.
-- order_id: the order
-- customer_id: who placed it
-- ordered_at: moment of its first line
-- amount: paid for all its lines, in the pipeline's currency
-- channel: where it was placed
-- store_id: the store, null elsewhere
-- carrier: who delivers, null when carried home
-- product_id: what stands first on it
-- category: of that product
-- promised_on: the latest day promised for a delivery, null where none was
-- delivered_at: moment of the last delivery, null while one is to come
-- is_late: whether a promised day passed without its delivery
with lines as (
    select
        *,
        case when delivered_at < $as_of::date + interval 1 day then delivered_at end as seen_delivered_at
    from transactions
    where kind = 'purchase' and customer_id is not null and occurred_at < $as_of::date + interval 1 day
),

final as (
    select
        order_id,
        any_value(customer_id order by transaction_id) as customer_id,
        min(occurred_at) as ordered_at,
        sum(amount) as amount,
        any_value(channel order by transaction_id) as channel,
        any_value(store_id order by transaction_id) as store_id,
        any_value(carrier order by transaction_id) as carrier,
        any_value(product_id order by transaction_id) as product_id,
        any_value(category order by transaction_id) as category,
        max(promised_on) as promised_on,
        case when count(promised_on) = count(seen_delivered_at) filter (promised_on is not null) then max(seen_delivered_at) end
            as delivered_at,
        coalesce(bool_or(
            promised_on < $as_of::date
            and (seen_delivered_at is null or seen_delivered_at >= promised_on + interval 1 day)
        ), false) as is_late
    from lines
    group by order_id
)

select * from final order by order_id
