-- Which topics each sentence speaks of, and what its phrases say of them. Weak phrases count in messages that have no other.
-- feedback_id: the message
-- sentence: its number within the message
-- topic: a topic of topics.yaml
-- journey_stage: need, research, purchase, use or support
-- said: 1 praise, -1 a problem, turned round by a negation; null where the topic is only named
-- phrases: of the taxonomy, that name the topic
-- is_strong: whether one of them is not marked as weak
with hits as (
    select * from sentence_phrases where list = 'topic'
),

-- Within a longer phrase a shorter one says nothing of its own, nor beside one that a partner bears out.
longest as (
    select *
    from hits
    where not exists (
        from hits as longer
        where longer.feedback_id = hits.feedback_id and longer.sentence = hits.sentence
            and (longer.length, longer.has_partner) > (hits.length, hits.has_partner)
            and longer.position <= hits.position and longer.position + longer.length >= hits.position + hits.length
    )
),

weighed as (
    select
        *,
        not bool_and(is_weak) over (partition by feedback_id, sentence, name) as is_strong_topic,
        not bool_and(is_weak) over (partition by feedback_id) as is_strong_message
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
        string_agg(distinct phrase, ', ' order by phrase) as phrases,
        any_value(is_strong_topic) as is_strong
    from weighed
    join stages on stages.topic = weighed.name
    where is_strong_topic or not is_strong_message
    group by feedback_id, sentence, name
)

select * from final
