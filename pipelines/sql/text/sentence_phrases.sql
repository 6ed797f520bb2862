-- Where sentences use the phrases of the policy files, and whether a negation stands within the four words before.
with words as (
    select
        feedback_id,
        sentence,
        language,
        unnest(string_split(stems, ' ')) as stem,
        unnest(range(1, len(string_split(stems, ' ')) + 1)) as position
    from feedback_sentences
),

candidates as (
    select words.feedback_id, words.sentence, words.position, phrases.*
    from words
    join phrases on phrases.language = words.language and phrases.first_stem = words.stem
),

negators as (
    select language, list(stems_of(word, language) order by word) as stems
    from (select language, trim(unnest(string_split(words, ','))) as word from negations)
    group by language
),

final as (
    select
        candidates.feedback_id,
        candidates.sentence,
        candidates.list,
        candidates.name,
        candidates.phrase,
        candidates.polarity,
        candidates.is_weak,
        candidates.position,
        len(candidates.stem_list) as length,
        list_has_any(
            list_slice(string_split(feedback_sentences.stems, ' '), greatest(candidates.position - 4, 1), candidates.position - 1),
            coalesce(negators.stems, [])
        ) as is_negated
    from candidates
    join feedback_sentences using (feedback_id, sentence)
    left join negators on negators.language = feedback_sentences.language
    where list_slice(
        string_split(feedback_sentences.stems, ' '), candidates.position, candidates.position + len(candidates.stem_list) - 1
    ) = candidates.stem_list
)

select * from final
