-- What each message speaks of. People's labels decide where there are any. Else: the topics that the taxonomy names, as far as the
-- model of topics, which has learned from all messages, finds none in their sentence much likelier; those that it is sure of though
-- no phrase names them; and that of the trouble which the customer has just had. Where the model knows nothing of a topic or
-- language the taxonomy alone decides.
-- feedback_id: the message
-- topic: a topic of topics.yaml
-- journey_stage: need, research, purchase, use or support
-- sentiment: from -1 to 1: what the topic's own phrases say; else how the sentence sounds, and how the message came: its rating, trouble on record, a case that it opened; null where nothing tells
-- phrases: of the taxonomy, that name the topic; null where none does
with learned as (
    select language, topic from topic_probabilities_model where is_learned
),

candidates as (
    select
        feedback_id,
        sentence,
        topic,
        sentence_topics.topic is not null as is_named,
        sentence_topics.said,
        sentence_topics.phrases,
        topic_probabilities.probability
    from sentence_topics
    full join topic_probabilities using (feedback_id, sentence, topic)
),

weighed as (
    select
        candidates.* exclude (probability),
        case when learned.topic is null then 1 else coalesce(candidates.probability, 0) end as probability
    from candidates
    join feedback_sentences using (feedback_id, sentence)
    left join learned using (language, topic)
),

compared as (
    select
        *,
        max(probability) filter (is_named) over (partition by feedback_id, sentence) as of_named,
        max(probability) over (partition by feedback_id, sentence) as of_all
    from weighed
),

found as (
    select feedback_id, sentence, topic, said, phrases
    from compared
    where is_named and probability >= 0.5 * of_named and (probability >= 0.2 or of_all < 0.6)
        or probability >= 0.6 and probability >= 0.8 * of_all
),

labelled as (
    select distinct feedback_id from told_topics where is_complete
),

unsaid as (
    select feedback_id, topic
    from told_topics
    anti join found using (feedback_id, topic)
    where topic <> 'none'
),

spoken_of as (
    select found.*
    from found
    left join labelled using (feedback_id)
    left join told_topics using (feedback_id, topic)
    where labelled.feedback_id is null or told_topics.topic is not null
    union all by name
    select unsaid.feedback_id, feedback_sentences.sentence, unsaid.topic
    from unsaid
    join feedback_sentences using (feedback_id)
),

-- From -1 to 1: what speaks for a tone beside the words.
manners as (
    select
        feedback.feedback_id,
        case
            when cases.feedback_id is not null then -0.6
            else coalesce(
                2 * (feedback.rating - 1) / nullif(feedback.rating_scale - 1, 0) - 1,
                (feedback.csat - 3) / 2,
                feedback.nps / 5 - 1
            )
        end as manner
    from feedback
    left join (select distinct feedback_id from cases where opened_at < $as_of::date + interval 1 day) as cases
        using (feedback_id)
),

sounding as (
    select
        spoken_of.*,
        2 * sentence_sentiment.positive_probability - 1 as tone,
        case when told_topics.topic is not null and not told_topics.is_complete then -1 else manners.manner end as manner
    from spoken_of
    join manners using (feedback_id)
    left join sentence_sentiment using (feedback_id, sentence)
    left join told_topics using (feedback_id, topic)
),

judged as (
    select
        *,
        case
            when nullif(said, 0) is null then coalesce((tone + manner) / 2, tone, manner)
            else 0.7 * said + 0.3 * coalesce((tone + manner) / 2, tone, manner, said)
        end as sentiment
    from sounding
),

stages as (
    select topic, min(journey_stage) as journey_stage from topics group by topic
),

final as (
    select
        judged.feedback_id,
        judged.topic,
        any_value(stages.journey_stage) as journey_stage,
        round(avg(judged.sentiment), 3) as sentiment,
        string_agg(distinct judged.phrases, ', ' order by judged.phrases) as phrases
    from judged
    join stages using (topic)
    group by judged.feedback_id, judged.topic
)

select * from final order by feedback_id, topic
