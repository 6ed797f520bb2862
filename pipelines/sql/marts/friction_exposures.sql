-- Each time that a customer met a friction: the operational event where there is one (a late delivery counts when it comes, or
-- from the day after the promise while it does not), otherwise, for topics without an event, a complaint about the topic.
-- friction: name in friction_events.yaml, or the topic where no event shows it
-- exposure: event or mention
-- customer_id: who met it
-- order_id: the order that it came with; for a mention the last order before, null where there is none
-- occurred_at: when it met the customer
-- product_id: product concerned
-- channel: of the order, else of the contact
-- store_id: store concerned, null elsewhere
-- carrier: carrier concerned, null where nothing was delivered
-- segment: kind of customer
with deliveries as (
    select
        'late_delivery' as friction,
        customer_id,
        order_id,
        coalesce(delivered_at, promised_on::timestamp + interval 1 day) as occurred_at
    from orders
    where is_late
),

contacts as (
    select
        friction_events.friction,
        touchpoints.customer_id,
        touchpoints.order_id,
        touchpoints.occurred_at,
        touchpoints.product_id,
        touchpoints.store_id,
        touchpoints.carrier,
        touchpoints.channel
    from touchpoints
    join friction_events on friction_events.touchpoint_kind = touchpoints.kind
    where touchpoints.outcome = 'problem' and touchpoints.occurred_at < $as_of::date + interval 1 day
),

complaints as (
    select
        feedback_topics.topic as friction,
        feedback.customer_id,
        feedback.feedback_id,
        feedback.occurred_at,
        feedback.product_id,
        feedback.store_id,
        feedback.order_id
    from feedback_topics
    join feedback using (feedback_id)
    left join friction_events using (topic)
    where
        friction_events.topic is null
        and feedback_topics.sentiment < 0
        and feedback.brand = 'own'
        and feedback.source <> 'employee'
        and feedback.customer_id is not null
        and feedback.occurred_at < $as_of::date + interval 1 day
),

mentions as (
    select
        complaints.friction,
        complaints.feedback_id,
        any_value(complaints.customer_id) as customer_id,
        any_value(complaints.occurred_at) as occurred_at,
        any_value(complaints.product_id) as product_id,
        any_value(complaints.store_id) as store_id,
        coalesce(any_value(complaints.order_id), max_by(orders.order_id, (orders.ordered_at, orders.order_id))) as order_id
    from complaints
    left join orders
        on orders.customer_id = complaints.customer_id
        and orders.ordered_at <= complaints.occurred_at
    group by complaints.friction, complaints.feedback_id
),

events as (
    select *, 'event' as exposure from deliveries
    union all by name
    select *, 'event' as exposure from contacts
    union all by name
    select * exclude (feedback_id), 'mention' as exposure from mentions
),

final as (
    select
        events.friction,
        events.exposure,
        events.customer_id,
        events.order_id,
        events.occurred_at,
        coalesce(events.product_id, orders.product_id) as product_id,
        coalesce(orders.channel, events.channel) as channel,
        coalesce(events.store_id, orders.store_id) as store_id,
        coalesce(events.carrier, orders.carrier) as carrier,
        customers.segment
    from events
    left join orders using (order_id)
    left join customers on customers.customer_id = events.customer_id
)

select * from final order by friction, customer_id, occurred_at, order_id
