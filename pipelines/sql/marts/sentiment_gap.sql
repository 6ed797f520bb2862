-- How people feel about the own brand beside competitors, topic by topic, over the last 365 days, on channels where competitors are spoken
-- of at all. Employees, trolls and rivals who speak for themselves are left out, and messages count by their credibility. The interval
-- is that of Welch (1947) with the normal distribution; each stands for itself.
-- topic: what is spoken of; all for every topic together
-- own_messages: about the own brand, with a sentiment
-- competitor_messages: about any competitor, with a sentiment
-- own_sentiment: mean, -1 to 1; null with fewer than min_group_size
-- competitor_sentiment: mean, -1 to 1; null likewise
-- gap: own_sentiment less competitor_sentiment
-- gap_low: 95% interval
-- gap_high: 95% interval
-- verdict: better, worse, alike or untold
-- caveat: why a comparison is not there
with voices as (
    select
        feedback.feedback_id,
        feedback.source,
        feedback.brand = 'own' as is_own,
        coalesce(feedback_credibility.weight, 1)::double as weight
    from feedback
    left join feedback_speakers using (feedback_id)
    left join feedback_credibility using (feedback_id)
    where
        feedback.occurred_at >= $as_of::date - 364
        and feedback.occurred_at < $as_of::date + interval 1 day
        and coalesce(feedback_speakers.speaker, '') not in ('employee', 'troll', 'competitor')
),

felt as (
    select feedback_topics.feedback_id, feedback_topics.topic, feedback_topics.sentiment, voices.is_own, voices.weight
    from feedback_topics
    join voices using (feedback_id)
    where
        feedback_topics.sentiment is not null
        and voices.source in (select source from voices where not is_own)
),

members as (
    select topic, is_own, weight, sentiment from felt
    union all
    select 'all', any_value(is_own), any_value(weight), avg(sentiment) from felt group by feedback_id
),

means as (
    select topic, is_own, sum(weight * sentiment) / sum(weight) as mean from members group by all
),

sides as (
    select
        topic,
        is_own,
        count(*) as n,
        any_value(mean) as mean,
        sum((weight * (sentiment - mean)) ^ 2) / sum(weight) ^ 2 * count(*) / nullif(count(*) - 1, 0) as variance
    from members
    join means using (topic, is_own)
    group by all
),

compared as (
    select
        topic,
        coalesce(any_value(n) filter (is_own), 0) as own_messages,
        coalesce(any_value(n) filter (not is_own), 0) as competitor_messages,
        any_value(mean) filter (is_own) as own,
        any_value(mean) filter (not is_own) as competitor,
        any_value(variance) filter (is_own) as own_variance,
        any_value(variance) filter (not is_own) as competitor_variance
    from sides
    group by topic
),

judged as (
    select
        *,
        own_messages >= $min_group_size::integer and competitor_messages >= $min_group_size::integer as is_shown,
        own - competitor as difference,
        1.96 * sqrt(own_variance + competitor_variance) as margin
    from compared
),

final as (
    select
        topic,
        own_messages,
        competitor_messages,
        case when own_messages >= $min_group_size::integer then round(own, 3) end as own_sentiment,
        case when competitor_messages >= $min_group_size::integer then round(competitor, 3) end as competitor_sentiment,
        case when is_shown then round(difference, 3) end as gap,
        case when is_shown then round(difference - margin, 3) end as gap_low,
        case when is_shown then round(difference + margin, 3) end as gap_high,
        case
            when not is_shown then 'untold'
            when difference - margin > 0 then 'better'
            when difference + margin < 0 then 'worse'
            else 'alike'
        end as verdict,
        case
            when own_messages < $min_group_size::integer
                then 'fewer than ' || $min_group_size::integer || ' messages about the own brand'
            when competitor_messages < $min_group_size::integer
                then 'fewer than ' || $min_group_size::integer || ' messages about competitors'
        end as caveat
    from judged
)

select * from final order by topic
