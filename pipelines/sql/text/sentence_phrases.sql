-- Where sentences use the phrases of the policy files, and whether a negation stands within the four words before. What says no
-- itself ("mai arrivato") is not turned round by another no ("non è mai arrivato"), which only strengthens it.
with sentences as (
    select feedback_id, sentence, language, string_split(stems, ' ') as words from feedback_sentences
),

words as (
    select
        feedback_id,
        sentence,
        language,
        unnest(words) as stem,
        unnest(list_append(words[2:], '')) as next_stem,
        unnest(range(1, len(words) + 1)) as position
    from sentences
),

negators as (
    select language, list(distinct stems_of(word, language)) as stems
    from (select language, trim(unnest(string_split(words, ','))) as word from negations)
    group by language
),

patterns as (
    select phrases.*, list_has_any(phrases.stem_list, coalesce(negators.stems, [])) as says_no
    from phrases
    left join negators using (language)
),

-- The first two words of a phrase leave few sentences to compare whole.
candidates as (
    select words.feedback_id, words.sentence, words.position, patterns.*
    from words
    join patterns on patterns.language = words.language and patterns.first_stem = words.stem
    where patterns.second_stem = ''
    union all
    select words.feedback_id, words.sentence, words.position, patterns.*
    from words
    join patterns
        on patterns.language = words.language
        and patterns.first_stem = words.stem
        and patterns.second_stem = words.next_stem
    where patterns.second_stem <> ''
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
        not candidates.says_no and list_has_any(
            sentences.words[greatest(candidates.position - 4, 1):candidates.position - 1],
            coalesce(negators.stems, [])
        ) as is_negated
    from candidates
    join sentences using (feedback_id, sentence)
    left join negators on negators.language = sentences.language
    where len(candidates.stem_list) <= 2
        or sentences.words[candidates.position:candidates.position + len(candidates.stem_list) - 1] = candidates.stem_list
)

select * from final
