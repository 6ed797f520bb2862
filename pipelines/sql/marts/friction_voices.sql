-- How much each friction is felt, by what people say and do after it, over the last 365 days. Descriptive: those who answer
-- or complain are not all.
-- friction: name in friction_events.yaml, or the topic where no event shows it
-- mentions: messages of customers about its topic, praise included
-- sentiment: their mean sentiment of the topic, -1 to 1
-- negative_share: of these messages with a sentiment below 0, 0 to 1
-- answers: answers to "how likely are you to recommend us" from those touched in the 60 days before
-- severity: how many points of 0 to 10 these lie below those of all customers
-- effort_answers: answers to "how easy was it" from those touched in the 60 days before
-- effort: their mean, 1 to 7, 7 being very easy
-- complaints: cases opened on the order concerned
-- complaint_share: of exposures followed by a case on the order within 30 days, 0 to 1; null for mentions, which are complaints
-- caveat: why sentiment, severity, effort or complaint_share is missing; null where none is
with frictions as (
    select friction, topic from friction_events
    union all
    select distinct topics.topic as friction, topics.topic
    from topics
    left join friction_events using (topic)
    where friction_events.topic is null
),

recent_feedback as (
    select *
    from feedback
    where
        brand = 'own' and source <> 'employee'
        and occurred_at >= $as_of::date + interval 1 day - interval 365 day
        and occurred_at < $as_of::date + interval 1 day
),

exposures as (
    select *
    from friction_exposures
    where occurred_at >= $as_of::date + interval 1 day - interval 365 day
),

said as (
    select
        feedback_topics.topic,
        count(*) as mentions,
        count(feedback_topics.sentiment) as judged,
        avg(feedback_topics.sentiment) as sentiment,
        avg((feedback_topics.sentiment < 0)::integer) as negative_share
    from feedback_topics
    join recent_feedback using (feedback_id)
    group by feedback_topics.topic
),

answers as (
    select feedback_id, customer_id, occurred_at, nps, ces
    from recent_feedback
    where customer_id is not null and (nps is not null or ces is not null)
),

usual as (
    select avg(nps) as nps from answers
),

answers_after as (
    select distinct exposures.friction, answers.feedback_id, answers.nps, answers.ces
    from exposures
    join answers
        on answers.customer_id = exposures.customer_id
        and answers.occurred_at > exposures.occurred_at
        and answers.occurred_at <= exposures.occurred_at + interval 60 day
),

answered as (
    select friction, count(nps) as answers, avg(nps) as nps, count(ces) as effort_answers, avg(ces) as effort
    from answers_after
    group by friction
),

complained as (
    select
        exposures.friction,
        any_value(exposures.exposure) as exposure,
        count(distinct cases.case_id) as complaints,
        count(distinct exposures.customer_id || ' ' || exposures.occurred_at::varchar) as exposures,
        count(distinct exposures.customer_id || ' ' || exposures.occurred_at::varchar) filter (cases.case_id is not null) as followed
    from exposures
    left join cases
        on cases.order_id = exposures.order_id
        and cases.opened_at >= exposures.occurred_at
        and cases.opened_at <= exposures.occurred_at + interval 30 day
        and cases.opened_at < $as_of::date + interval 1 day
    group by exposures.friction
),

final as (
    select
        frictions.friction,
        coalesce(said.mentions, 0) as mentions,
        case when said.judged >= $min_group_size::integer then round(said.sentiment, 3) end as sentiment,
        case when said.judged >= $min_group_size::integer then round(said.negative_share, 4) end as negative_share,
        coalesce(answered.answers, 0) as answers,
        case when answered.answers >= $min_group_size::integer then round(usual.nps - answered.nps, 2) end as severity,
        coalesce(answered.effort_answers, 0) as effort_answers,
        case when answered.effort_answers >= $min_group_size::integer then round(answered.effort, 2) end as effort,
        coalesce(complained.complaints, 0) as complaints,
        case
            when complained.exposure = 'event' and complained.exposures >= $min_group_size::integer
                then round(complained.followed / complained.exposures, 4)
        end as complaint_share,
        nullif(concat_ws(
            '; ',
            case
                when coalesce(said.judged, 0) < $min_group_size::integer then 'sentiment: fewer than ' || $min_group_size::integer || ' messages'
            end,
            case
                when coalesce(answered.answers, 0) < $min_group_size::integer
                    then 'severity: fewer than ' || $min_group_size::integer || ' answers'
            end,
            case
                when coalesce(answered.effort_answers, 0) < $min_group_size::integer
                    then 'effort: fewer than ' || $min_group_size::integer || ' answers'
            end,
            case
                when complained.exposure = 'mention' then 'complaint_share: mentions are complaints'
                when coalesce(complained.exposures, 0) < $min_group_size::integer
                    then 'complaint_share: fewer than ' || $min_group_size::integer || ' exposures'
            end
        ), '') as caveat
    from frictions
    cross join usual
    left join said using (topic)
    left join answered using (friction)
    left join complained using (friction)
)

select * from final order by friction
