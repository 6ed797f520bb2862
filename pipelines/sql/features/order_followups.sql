-- Orders of a sample of customers, drawn by a hash, with what was known of the customer at the order and whether they came back: what the
-- effects of moments and of complaints are estimated on. At most about followup_customers customers.
-- order_id: the order
-- customer_id: who placed it
-- ordered_at: when
-- watched_from: when watching for another order begins: settle_days later, for everyone alike
-- has_left: whether nothing was bought in the horizon_days after that, null until they have passed
-- is_recent: whether the order lies in the last 365 days
-- spend_365_days: paid in the 365 days before, in the pipeline's currency
-- log_orders: natural logarithm of the orders up to this one
-- log_days_since_order: of 1 + days since the order before, 0 for the first
-- is_first: whether it is the first
-- log_rate: of orders per day known, with a month added to the days
-- log_spend: of 1 + spend_365_days
-- log_amount: of 1 + the amount of this order
-- history_days: days since the start of the data
-- month: calendar month, 1 to 12, as text
-- segment: kind of customer
-- channel: of the order
-- store_id: of the order
-- carrier: of the order
-- category: of what stands first on the order
with bounds as (
    select
        min(ordered_at) as first_at,
        $as_of::date + interval 1 day as ends_at,
        $followup_customers::double / count(distinct customer_id) as drawn_share
    from orders
),

drawn as (
    select orders.*, bounds.first_at, bounds.ends_at
    from orders, bounds
    where ('0x' || left(md5(orders.customer_id), 8))::bigint / 4294967296 < bounds.drawn_share
),

seen as (
    select
        *,
        ordered_at + to_days($settle_days::integer) as watched_from,
        row_number() over so_far as orders,
        lag(ordered_at) over so_far as previous_at,
        first_value(ordered_at) over so_far as first_ordered_at,
        coalesce(sum(amount) over (
            partition by customer_id order by ordered_at
            range between interval 365 day preceding and interval 1 microsecond preceding
        ), 0)::double as spend,
        count(*) over (
            partition by customer_id order by ordered_at
            range between to_days($settle_days::integer) following
                and to_days($settle_days::integer + $horizon_days::integer) following
        ) as orders_after
    from drawn
    window so_far as (partition by customer_id order by ordered_at, order_id)
),

final as (
    select
        seen.order_id,
        seen.customer_id,
        seen.ordered_at,
        seen.watched_from,
        case
            when seen.watched_from + to_days($horizon_days::integer) <= seen.ends_at then seen.orders_after = 0
        end as has_left,
        seen.ordered_at >= seen.ends_at - interval 365 day as is_recent,
        round(seen.spend, 2) as spend_365_days,
        round(ln(seen.orders), 4) as log_orders,
        round(ln(1 + coalesce(date_diff('day', seen.previous_at, seen.ordered_at), 0)), 4) as log_days_since_order,
        seen.previous_at is null as is_first,
        round(ln(seen.orders / (date_diff('day', seen.first_ordered_at, seen.ordered_at) + 30.0)), 4) as log_rate,
        round(ln(1 + greatest(seen.spend, 0)), 4) as log_spend,
        round(ln(1 + greatest(seen.amount::double, 0)), 4) as log_amount,
        date_diff('day', seen.first_at, seen.ordered_at) as history_days,
        month(seen.ordered_at)::varchar as month,
        customers.segment,
        seen.channel,
        seen.store_id,
        seen.carrier,
        seen.category
    from seen
    left join customers on customers.customer_id = seen.customer_id
)

select * from final order by order_id
