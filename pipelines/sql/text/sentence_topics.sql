-- Which topics each sentence speaks of, and what its phrases say of them: 1 praise, -1 a problem, turned round by a negation; null
-- where a topic is only named.
with hits as (
    select * from sentence_phrases where list = 'topic'
),

-- Within a longer phrase a shorter one says nothing of its own.
longest as (
    select *
    from hits
    where not exists (
        from hits as longer
        where longer.feedback_id = hits.feedback_id and longer.sentence = hits.sentence
            and longer.length > hits.length
            and longer.position <= hits.position and longer.position + longer.length >= hits.position + hits.length
    )
),

weighed as (
    select
        *,
        not bool_and(is_weak) over (partition by feedback_id, sentence, name) as is_strong_topic,
        not bool_and(is_weak) over (partition by feedback_id, sentence) as is_strong_sentence
    from longest
),

stages as (
    select topic, min(journey_stage) as journey_stage from topics group by topic
),

final as (
    select
        feedback_id,
        sentence,
        name as topic,
        any_value(stages.journey_stage) as journey_stage,
        sign(avg(case when polarity <> 0 then polarity * case when is_negated then -1 else 1 end end))::integer as said,
        string_agg(distinct phrase, ', ' order by phrase) as phrases
    from weighed
    join stages on stages.topic = weighed.name
    where is_strong_topic or not is_strong_sentence
    group by feedback_id, sentence, name
)

select * from final
