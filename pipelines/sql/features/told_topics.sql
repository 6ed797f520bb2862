-- What messages are about, known from elsewhere than their words: from people who have labelled them, else from what went wrong for
-- the customer in the three days before a complaint reached the support (distant supervision, Mintz et al. 2009).
-- feedback_id: the message
-- topic: a topic of topics.yaml, or none where people have found none
-- is_complete: whether the message has no other topics than those told
with labelled as (
    select distinct feedback_id, topic
    from topic_labels
    where topic is not null and (labelled_at is null or labelled_at < $as_of::date + interval 1 day)
),

contacts as (
    select feedback_id, customer_id, order_id, occurred_at
    from feedback
    where source in ('ticket', 'chat', 'call')
        and brand = 'own'
        and customer_id is not null
        and occurred_at < $as_of::date + interval 1 day
),

late as (
    select
        customer_id,
        order_id,
        'late_delivery' as friction,
        min(coalesce(delivered_at, promised_on::timestamp + interval 1 day)) as occurred_at
    from transactions
    where kind = 'purchase'
        and promised_on < coalesce(delivered_at::date, $as_of::date)
        and customer_id is not null
    group by customer_id, order_id
),

problems as (
    select touchpoints.customer_id, touchpoints.order_id, friction_events.friction, touchpoints.occurred_at
    from touchpoints
    join friction_events on friction_events.touchpoint_kind = touchpoints.kind
    where touchpoints.outcome = 'problem'
),

events as (
    select * from late
    union all by name
    select * from problems
),

complained as (
    select distinct contacts.feedback_id, friction_events.topic
    from contacts
    join events
        on events.customer_id = contacts.customer_id
        and events.occurred_at <= contacts.occurred_at
        and events.occurred_at > contacts.occurred_at - interval 3 days
    join friction_events using (friction)
    where contacts.order_id is null or contacts.order_id = events.order_id
),

final as (
    select feedback_id, topic, true as is_complete from labelled
    union all
    select complained.feedback_id, complained.topic, false as is_complete
    from complained
    anti join labelled using (feedback_id)
)

select * from final order by feedback_id, topic
