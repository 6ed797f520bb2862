-- Unhappy customers who never complained, of those with something to be unhappy about in the horizon_days before tonight: told by
-- what they wrote or answered, and by what happened to them and how they behaved after it. Nobody of the hold-out is listed.
-- customer_id: who
-- told_by: text (low score or a problem told), behaviour (something went wrong, then silence for longer than their rhythm) or both
-- last_unhappy_at: the newest sign
-- friction: what went wrong, the newest; null where nothing is recorded
-- topic: what they told of, the newest; null where they told of none
-- days_since_order: days since the last order
-- usual_days: their mean days between orders, null with a single order
-- spend_365_days: paid in the last 365 days, in the pipeline's currency
with voiced as (
    select
        feedback.customer_id,
        max(feedback.occurred_at) as said_at,
        max_by(sentence_topics.topic, (feedback.occurred_at, feedback.feedback_id)) filter (sentence_topics.topic is not null) as topic
    from feedback
    left join sentence_topics on sentence_topics.feedback_id = feedback.feedback_id and sentence_topics.said = -1
    where
        feedback.customer_id is not null
        and feedback.brand = 'own'
        and feedback.source in ('survey', 'review', 'social')
        and feedback.occurred_at < $as_of::date + interval 1 day
        and feedback.occurred_at >= $as_of::date + interval 1 day - to_days($horizon_days::integer)
        and (
            feedback.nps <= 6
            or feedback.csat <= 2
            or feedback.ces <= 3
            or feedback.rating / feedback.rating_scale <= 0.4
            or sentence_topics.topic is not null
        )
    group by feedback.customer_id
),

hit as (
    select
        customer_id,
        max(occurred_at) as hit_at,
        max_by(friction, (occurred_at, friction)) as friction
    from friction_exposures
    where
        exposure = 'event'
        and occurred_at < $as_of::date + interval 1 day
        and occurred_at >= $as_of::date + interval 1 day - to_days($horizon_days::integer)
    group by customer_id
),

rhythm as (
    select
        customer_id,
        max(ordered_at) as last_ordered_at,
        date_diff('day', max(ordered_at), $as_of::date) as days_since_order,
        date_diff('day', min(ordered_at), max(ordered_at)) / nullif(count(*) - 1, 0) as usual_days,
        coalesce(sum(amount) filter (ordered_at >= $as_of::date + interval 1 day - interval 365 day), 0) as spend_365_days
    from orders
    group by customer_id
),

complained as (
    select customer_id
    from cases
    where
        customer_id is not null
        and opened_at < $as_of::date + interval 1 day
        and opened_at >= $as_of::date + interval 1 day - to_days(2 * $horizon_days::integer)
    group by customer_id
),

told as (
    select customer_id
    from feedback
    where
        customer_id is not null
        and source in ('ticket', 'chat', 'call')
        and occurred_at < $as_of::date + interval 1 day
        and occurred_at >= $as_of::date + interval 1 day - to_days(2 * $horizon_days::integer)
    group by customer_id
),

signs as (
    select
        rhythm.customer_id,
        voiced.said_at,
        voiced.topic,
        hit.hit_at,
        hit.friction,
        rhythm.days_since_order,
        rhythm.usual_days,
        rhythm.spend_365_days,
        voiced.customer_id is not null as is_voiced,
        -- Silent since it happened, and for half as long again as usual; a first order has no rhythm yet.
        hit.customer_id is not null
            and rhythm.last_ordered_at <= hit.hit_at
            and rhythm.days_since_order > 1.5 * rhythm.usual_days as is_withdrawn
    from rhythm
    left join voiced using (customer_id)
    left join hit using (customer_id)
),

final as (
    select
        signs.customer_id,
        case
            when is_voiced and coalesce(is_withdrawn, false) then 'both'
            when is_voiced then 'text'
            else 'behaviour'
        end as told_by,
        case when is_voiced and said_at >= coalesce(hit_at, said_at) then said_at else hit_at end as last_unhappy_at,
        friction,
        topic,
        days_since_order,
        round(usual_days, 1) as usual_days,
        spend_365_days
    from signs
    join treatable_customers using (customer_id)
    where
        (is_voiced or is_withdrawn)
        and customer_id not in (select customer_id from complained)
        and customer_id not in (select customer_id from told)
)

select * from final order by spend_365_days desc, customer_id
