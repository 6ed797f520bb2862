-- One row each time a customer met a friction on an order: the operational event itself, not what was said of it.
with order_lines as (
    select
        order_id,
        any_value(customer_id order by transaction_id) as customer_id,
        any_value(carrier order by transaction_id) as carrier,
        max(promised_on) as promised_on,
        max(delivered_at) as delivered_at
    from transactions
    where kind = 'purchase' and customer_id is not null
    group by order_id
),

late_deliveries as (
    select
        'late_delivery' as friction,
        customer_id,
        order_id,
        promised_on::timestamp + interval 1 day as occurred_at,
        'carrier' as shared_by,
        carrier as shared_value
    from order_lines
    where promised_on < $as_of::date and (delivered_at is null or delivered_at::date > promised_on)
),

reported_events as (
    select
        friction_events.friction,
        touchpoints.customer_id,
        touchpoints.order_id,
        touchpoints.occurred_at,
        case
            when touchpoints.store_id is not null then 'store'
            when touchpoints.kind = 'return' then 'product'
            else 'channel'
        end as shared_by,
        coalesce(touchpoints.store_id, case when touchpoints.kind = 'return' then touchpoints.product_id end, touchpoints.channel)
            as shared_value
    from touchpoints
    join friction_events on friction_events.touchpoint_kind = touchpoints.kind
    where touchpoints.outcome = 'problem' and touchpoints.occurred_at < $as_of::date + interval 1 day
),

final as (
    select * from late_deliveries
    union all by name
    select * from reported_events
)

select * from final order by friction, customer_id, occurred_at, order_id
