-- What each customer met, or said, at each thing that may move how satisfied they are: the topics of pipelines/policy/topics.yaml.
-- customer_id: whose experience
-- occurred_at: when it became known
-- driver: the topic
-- basis: met (an operational event, or how a complaint was handled) or said (in a message of their own)
-- value: from -1, a problem, to 1, praise
with met as (
    select
        friction_exposures.customer_id,
        friction_exposures.occurred_at,
        friction_events.topic as driver,
        -1.0 as value
    from friction_exposures
    join friction_events using (friction)
    where friction_exposures.exposure = 'event'
),

opened as (
    select * from cases where opened_at < $as_of::date + interval 1 day
),

handled as (
    select customer_id, resolved_at as occurred_at, 'support' as driver, 1.0 as value
    from opened
    where resolved_at <= promised_by and reopened_at is null
    union all
    select customer_id, promised_by, 'support', -1.0
    from opened
    where resolved_at is null or resolved_at > promised_by
    union all
    select customer_id, reopened_at, 'support', -1.0
    from opened
    where reopened_at is not null
),

said as (
    select
        feedback.customer_id,
        feedback.occurred_at,
        feedback_topics.topic as driver,
        feedback_topics.sentiment as value
    from feedback_topics
    join feedback using (feedback_id)
    where feedback.brand = 'own' and feedback.source <> 'employee' and feedback_topics.sentiment is not null
),

all_experiences as (
    select *, 'met' as basis from met
    union all by name
    select *, 'met' as basis from handled
    union all by name
    select *, 'said' as basis from said
),

final as (
    select customer_id, occurred_at, driver, basis, round(value::double, 3) as value
    from all_experiences
    where customer_id is not null and occurred_at < $as_of::date + interval 1 day
)

select * from final order by customer_id, occurred_at, driver, basis, value
