-- Good moments of service, and whether the customer came back: delivered by the promised day; a complaint solved by when it was
-- promised; a contact in use or support that went well; praise in the customer's own words.
-- customer_id: whose
-- occurred_at: when it was over
-- kind: delivery, complaint, contact or praise
-- returned_at: the next order after it, null where none has come
with deliveries as (
    select customer_id, delivered_at as occurred_at, 'delivery' as kind
    from orders
    where promised_on is not null and delivered_at < promised_on + interval 1 day
),

complaints as (
    select customer_id, resolved_at as occurred_at, 'complaint' as kind
    from cases
    where resolved_at <= promised_by and opened_at < $as_of::date + interval 1 day and customer_id is not null
),

contacts as (
    select customer_id, occurred_at, 'contact' as kind
    from touchpoints
    where outcome = 'ok' and stage in ('use', 'support') and kind <> 'survey'
),

praise as (
    select feedback.customer_id, feedback.occurred_at, 'praise' as kind
    from feedback
    join feedback_topics using (feedback_id)
    where feedback.brand = 'own' and feedback.source <> 'employee' and feedback.customer_id is not null
    group by feedback.feedback_id, feedback.customer_id, feedback.occurred_at
    having avg(feedback_topics.sentiment) > 0.25
),

moments as (
    select * from deliveries
    union all
    select * from complaints
    union all
    select * from contacts
    union all
    select * from praise
),

timeline as (
    select customer_id, occurred_at, kind, null::timestamp as ordered_at
    from moments
    where occurred_at < $as_of::date + interval 1 day
    union all
    select customer_id, ordered_at, 'order', ordered_at
    from orders
),

-- An order of the very same second did not come after the moment.
following as (
    select
        *,
        min(ordered_at) over (
            partition by customer_id order by occurred_at
            range between interval 1 second following and unbounded following
        ) as returned_at
    from timeline
),

final as (
    select customer_id, occurred_at, kind, returned_at
    from following
    where kind <> 'order'
)

select * from final order by customer_id, occurred_at, kind
