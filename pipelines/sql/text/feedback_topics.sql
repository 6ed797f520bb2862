-- What each message speaks of, with its sentiment from -1 to 1: what the topic's own phrases say, else how the sentence sounds;
-- both count where there are both. Null where neither tells.
with judged as (
    select
        sentence_topics.feedback_id,
        sentence_topics.topic,
        sentence_topics.journey_stage,
        sentence_topics.phrases,
        case
            when nullif(said, 0) is null then 2 * positive_probability - 1
            else 0.7 * said + 0.3 * coalesce(2 * positive_probability - 1, said)
        end as sentiment
    from sentence_topics
    left join sentence_sentiment using (feedback_id, sentence)
),

final as (
    select
        feedback_id,
        topic,
        any_value(journey_stage) as journey_stage,
        round(avg(sentiment), 3) as sentiment,
        string_agg(distinct phrases, ', ' order by phrases) as phrases
    from judged
    group by feedback_id, topic
)

select * from final
