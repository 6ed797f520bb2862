-- One row each time a customer met a friction on an order: the operational event itself, not what was said of it. Beside it
-- what it may share with others: the order's channel, store and carrier, the customer's segment, the product concerned.
with orders as (
    select
        order_id,
        any_value(customer_id order by transaction_id) as customer_id,
        any_value(channel order by transaction_id) as channel,
        any_value(store_id order by transaction_id) as store_id,
        any_value(carrier order by transaction_id) as carrier,
        min(promised_on) filter (
            promised_on < $as_of::date and (delivered_at is null or delivered_at::date > promised_on)
        ) as missed_promise
    from transactions
    where kind = 'purchase' and customer_id is not null
    group by order_id
),

late_deliveries as (
    select
        'late_delivery' as friction,
        customer_id,
        order_id,
        missed_promise::timestamp + interval 1 day as occurred_at,
        null as product_id
    from orders
    where missed_promise is not null
),

reported_events as (
    select
        friction_events.friction,
        touchpoints.customer_id,
        touchpoints.order_id,
        touchpoints.occurred_at,
        touchpoints.product_id
    from touchpoints
    join friction_events on friction_events.touchpoint_kind = touchpoints.kind
    where touchpoints.outcome = 'problem' and touchpoints.occurred_at < $as_of::date + interval 1 day
),

events as (
    select * from late_deliveries
    union all by name
    select * from reported_events
),

final as (
    select
        events.*,
        orders.channel,
        orders.store_id,
        orders.carrier,
        customers.segment
    from events
    left join orders using (order_id)
    left join customers on customers.customer_id = events.customer_id
)

select * from final order by friction, customer_id, occurred_at, order_id
