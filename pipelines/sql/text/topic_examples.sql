-- What the model of topics learns from: the phrases of the taxonomy, sentences in which it finds one topic alone by a phrase that is not
-- weak, and sentences of messages whose topics are told. Of each language at most 20,000 sentences, drawn by the hash of their ids.
-- language: ISO 639-1
-- stems: the words of the phrase or sentence without inflection
-- topics: what it is about, parted by commas; empty for nothing
with own_phrases as (
    select language, stems, string_agg(distinct name, ', ' order by name) as topics
    from (
        select language, name, unnest(if(partners = [], [stems], [stems || ' ' || array_to_string(partners[k:k + 2], ' ') for k in range(1, len(partners) + 1, 3)])) as stems
        from phrases
        where list = 'topic'
    )
    group by language, stems
),

messages_told as (
    select feedback_id, bool_or(is_complete) as is_complete from told_topics group by feedback_id
),

-- What is told decides among the topics that a sentence names, and completely told messages have no others.
judged as (
    select
        sentence_topics.feedback_id,
        sentence_topics.sentence,
        sentence_topics.topic,
        sentence_topics.is_strong,
        told_topics.topic is not null as is_told,
        bool_or(told_topics.topic is not null) over (
            partition by sentence_topics.feedback_id, sentence_topics.sentence
        ) as has_told,
        coalesce(messages_told.is_complete, false) as is_complete
    from sentence_topics
    left join told_topics using (feedback_id, topic)
    left join messages_told using (feedback_id)
),

kept as (
    select feedback_id, sentence, topic, is_told from judged where is_told or is_strong and not (has_told or is_complete)
),

-- A topic that is told but that no sentence names is what the sentences are about that name none, or all of them.
unnamed as (
    select told_topics.feedback_id, told_topics.topic
    from told_topics
    anti join kept using (feedback_id, topic)
    where told_topics.topic <> 'none'
),

silent as (
    select
        feedback_sentences.feedback_id,
        feedback_sentences.sentence,
        kept.feedback_id is null as is_silent,
        bool_or(kept.feedback_id is null) over (partition by feedback_sentences.feedback_id) as some_are
    from feedback_sentences
    semi join messages_told using (feedback_id)
    left join (select distinct feedback_id, sentence from kept) as kept using (feedback_id, sentence)
),

assigned as (
    select feedback_id, sentence, topic, is_told from kept
    union all
    select unnamed.feedback_id, silent.sentence, unnamed.topic, true as is_told
    from unnamed
    join silent using (feedback_id)
    where silent.is_silent or not silent.some_are
),

sentences as (
    select
        feedback_id,
        sentence,
        string_agg(distinct topic, ', ' order by topic) as topics,
        count(distinct topic) as n,
        bool_or(is_told) as is_told
    from assigned
    group by feedback_id, sentence
),

-- What people have labelled teaches by what it is not about, too.
blanks as (
    select silent.feedback_id, silent.sentence, '' as topics, 0 as n, true as is_told
    from silent
    semi join (select feedback_id from messages_told where is_complete) using (feedback_id)
    anti join assigned using (feedback_id, sentence)
),

drawn as (
    select
        feedback_sentences.language,
        feedback_sentences.stems,
        clear.topics,
        coalesce(messages_told.is_complete, false) as by_people
    from (from sentences union all from blanks) as clear
    join feedback_sentences using (feedback_id, sentence)
    left join messages_told using (feedback_id)
    where clear.n = 1 or clear.is_told
    qualify row_number() over (
        partition by feedback_sentences.language
        order by md5(clear.feedback_id || ' ' || clear.sentence)
    ) <= 20000
),

final as (
    select language, stems, topics from own_phrases
    union all
    -- What a person says weighs like many sentences of which only the taxonomy does.
    select language, stems, topics
    from drawn
    cross join range(10) as times(n)
    where times.n < if(by_people, 10, 1)
)

select * from final order by language, stems, topics
