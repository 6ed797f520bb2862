-- What early warning counts: one row a contact, and where it can be looked at. Whoever writes of a topic on a channel is counted once
-- in four weeks, so that one person who writes twenty times is no wave.
-- series: mentions (of a problem with a topic), contacts (of any kind), problems (touchpoints that went wrong, promises missed)
-- topic: what it is about; null for contacts at large
-- kind: message, case or support for contacts; kind of touchpoint for problems; null for mentions
-- channel: where it came in: source of a message, channel of a case or touchpoint
-- day: the day on which it was known
-- event_id: the message, case, touchpoint or order, the first of those that count as one
-- store_id: store concerned, null where none is named
-- product_id: product concerned, null where none is named
-- carrier: carrier concerned, null where none is named
with messages as (
    select
        feedback_id,
        occurred_at::date as day,
        source as channel,
        coalesce(author_id, customer_id, feedback_id) as author,
        store_id,
        product_id
    from feedback
    where brand = 'own' and occurred_at < $as_of::date + interval 1 day
),

-- What a message is about: the first problem that it tells of. What it only mentions beside does not grow along.
spoken as (
    select feedback_id, min_by(topic, (sentence, topic)) as topic
    from sentence_topics
    where said = -1
    group by feedback_id
),

mentions as (
    select
        'mentions' as series,
        topic,
        channel,
        day,
        feedback_id as event_id,
        store_id,
        product_id
    from spoken
    join messages using (feedback_id)
    qualify coalesce(
        day - lag(day) over (partition by topic, channel, author order by day, feedback_id) > 28, true
    )
),

voices as (
    select 'contacts' as series, 'message' as kind, channel, day, min(feedback_id) as event_id
    from messages
    group by channel, day, author
),

opened as (
    select 'contacts' as series, 'case' as kind, channel, opened_at::date as day, case_id as event_id
    from cases
    where opened_at < $as_of::date + interval 1 day
),

reported as (
    select
        case when touchpoints.stage = 'support' and friction_events.topic is null then 'contacts' else 'problems' end as series,
        friction_events.topic,
        case when touchpoints.stage = 'support' and friction_events.topic is null then 'support' else touchpoints.kind end as kind,
        touchpoints.channel,
        touchpoints.occurred_at::date as day,
        touchpoints.touchpoint_id as event_id,
        touchpoints.store_id,
        touchpoints.product_id,
        touchpoints.carrier
    from touchpoints
    left join friction_events on friction_events.touchpoint_kind = touchpoints.kind
    where
        touchpoints.occurred_at < $as_of::date + interval 1 day
        and (touchpoints.outcome = 'problem' or touchpoints.stage = 'support' and friction_events.topic is null)
),

missed_promises as (
    select
        'problems' as series,
        friction_events.topic,
        'late_delivery' as kind,
        orders.channel,
        orders.promised_on + 1 as day,
        orders.order_id as event_id,
        orders.store_id,
        orders.product_id,
        orders.carrier
    from orders
    left join friction_events on friction_events.friction = 'late_delivery'
    where orders.is_late and orders.promised_on < $as_of::date
),

final as (
    select * from mentions
    union all by name
    select * from voices
    union all by name
    select * from opened
    union all by name
    select * from reported
    union all by name
    select * from missed_promises
)

select series, topic, kind, channel, day, event_id, store_id, product_id, carrier
from final
order by series, topic, kind, channel, day, event_id
