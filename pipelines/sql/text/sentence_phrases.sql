-- Where sentences use the phrases of the policy files, and which of them are denied: a negation stands within the four words before, or
-- between a word and its partner, with no comma between ("no, la consegna è lenta" denies nothing), and is not one that affirms ("non solo caro"). What says no itself
-- ("mai arrivato") is not turned round by another no ("non è mai arrivato"), which only strengthens it.
-- feedback_id: the message
-- sentence: its number within the message
-- list: of which kind of policy the phrase is: topic, sign, watch or detail
-- name: the topic, sign, watch-list or detail
-- phrase: as the policy file has it
-- polarity: 1 praise, -1 a problem, 0 neither
-- is_weak: as a topic it counts only where the message names no other
-- position: of its first word in the sentence, from 1
-- length: in words
-- has_partner: whether it counts because a partner stands near it
-- is_negated: whether it is denied
with negators as (
    select
        language,
        string_split(stems_of(any_value(words), language), ' ') as stems,
        string_split(stems_of(any_value(affirming), language), ' ') as affirming_stems
    from negations
    group by language
),

sentences as materialized (
    select
        row_number() over () as sentence_no,
        feedback_id,
        sentence,
        language,
        string_split(feedback_sentences.stems, ' ') as words,
        list_has_any(words, coalesce(negators.stems, [])) as has_negator,
        case when has_negator then text end as text
    from feedback_sentences
    left join negators using (language)
),

words as (
    select
        sentence_no,
        language,
        has_negator,
        unnest(words) as stem,
        unnest((words || [''])[2:]) as next_stem,
        unnest((words || ['', ''])[3:]) as stem_after,
        unnest(range(1, len(words) + 1)) as position
    from sentences
),

patterns as materialized (
    select
        phrases.*,
        row_number() over () as pattern,
        len(phrases.stem_list) as length,
        phrases.partners <> [] as has_partner,
        coalesce(negators.stems, []) as negator_stems,
        coalesce(negators.affirming_stems, []) as affirming_stems,
        list_has_any(phrases.stem_list, coalesce(negators.stems, [])) as says_no
    from phrases
    left join negators using (language)
),

keys as (
    select
        pattern,
        language,
        first_stem,
        second_stem,
        third_stem,
        length > 3 as is_long,
        has_partner,
        says_no
    from patterns
),

-- The first three words of a phrase leave few sentences to compare whole. One join for each number of words, as of the phrases
-- that begin with a common word hardly one goes on with the next.
candidates as materialized (
    select words.sentence_no, words.position, keys.pattern, keys.is_long, keys.has_partner, words.has_negator and not keys.says_no as may_be_negated
    from words
    join keys on keys.language = words.language and keys.first_stem = words.stem and keys.second_stem = ''
    union all
    select words.sentence_no, words.position, keys.pattern, keys.is_long, keys.has_partner, words.has_negator and not keys.says_no as may_be_negated
    from words
    join keys
        on keys.language = words.language
        and keys.first_stem = words.stem
        and keys.second_stem = words.next_stem
        and keys.third_stem = ''
    where words.next_stem <> ''
    union all
    select words.sentence_no, words.position, keys.pattern, keys.is_long, keys.has_partner, words.has_negator and not keys.says_no as may_be_negated
    from words
    join keys
        on keys.language = words.language
        and keys.first_stem = words.stem
        and keys.second_stem = words.next_stem
        and keys.third_stem = words.stem_after
    where words.stem_after <> ''
),

whole as materialized (
    select sentence_no, position, pattern, has_partner, may_be_negated from candidates where not is_long
    union all
    select candidates.sentence_no, candidates.position, candidates.pattern, candidates.has_partner, candidates.may_be_negated
    from candidates
    join patterns using (pattern)
    join sentences using (sentence_no)
    where candidates.is_long and sentences.words[candidates.position:candidates.position + patterns.length - 1] = patterns.stem_list
),

partners as (
    select pattern, language, unnest(partners) as stem from patterns
),

partner_words as (
    select words.sentence_no, words.stem, words.position
    from words
    semi join partners on partners.language = words.language and partners.stem = words.stem
),

accompanied as (
    select distinct whole.sentence_no, whole.position, whole.pattern
    from whole
    join patterns using (pattern)
    join partner_words
        on partner_words.sentence_no = whole.sentence_no
        and partner_words.position between whole.position - 6 and whole.position + patterns.length + 5
    semi join partners on partners.pattern = whole.pattern and partners.stem = partner_words.stem
    where whole.has_partner
),

hits as materialized (
    select sentence_no, position, pattern, may_be_negated from whole where not has_partner
    union all
    select sentence_no, position, pattern, may_be_negated from whole semi join accompanied using (sentence_no, position, pattern)
),

surroundings as (
    select
        hits.sentence_no,
        hits.position,
        hits.pattern,
        patterns.negator_stems,
        patterns.affirming_stems,
        sentences.words[
            greatest(
                hits.position - 4 - coalesce(
                    list_position(
                        [
                            list_contains(patterns.partners, word)
                            for word in list_reverse(sentences.words[greatest(hits.position - 6, 1):hits.position - 1])
                        ],
                        true
                    ),
                    0
                ),
                1
            ):hits.position - 1
        ] as before,
        -- Up to the partner, where it follows.
        case
            when patterns.has_partner
                then list_slice(
                    sentences.words,
                    hits.position + patterns.length,
                    hits.position + patterns.length - 2 + coalesce(
                        list_position(
                            [
                                list_contains(patterns.partners, word)
                                for word in sentences.words[
                                    hits.position + patterns.length:hits.position + patterns.length + 5
                                ]
                            ],
                            true
                        ),
                        1
                    )
                )
            else []
        end as up_to_partner,
        case
            when contains(sentences.text, ',')
                then [len(regexp_extract_all(part, '[\p{L}\p{N}]+')) for part in string_split(sentences.text, ',')]
            else []
        end as clause_lengths
    from hits
    join patterns using (pattern)
    join sentences using (sentence_no)
    where hits.may_be_negated
        and list_has_any(
            sentences.words[greatest(hits.position - 10, 1):hits.position + patterns.length + 5], patterns.negator_stems
        )
),

-- The words that may deny: those before that stand after the last comma, and those up to the partner.
clauses as (
    select
        *,
        before[
            greatest(
                coalesce(
                    list_max([
                        list_sum(clause_lengths[:clause])
                        for clause in range(1, len(clause_lengths))
                        if list_sum(clause_lengths[:clause]) < position
                    ]),
                    0
                )::bigint - position + len(before) + 2,
                1
            ):
        ] || if(clause_lengths = [], up_to_partner, []) as denying
    from surroundings
),

denied as (
    select distinct sentence_no, position, pattern
    from clauses
    where len([
        place
        for place in range(1, len(denying) + 1)
        if list_contains(negator_stems, denying[place])
            and not list_contains(affirming_stems, coalesce(denying[place + 1], ''))
    ]) > 0
),

final as (
    select
        sentences.feedback_id,
        sentences.sentence,
        patterns.list,
        patterns.name,
        patterns.phrase,
        patterns.polarity,
        patterns.is_weak,
        hits.position,
        patterns.length,
        patterns.has_partner,
        denied.pattern is not null as is_negated
    from hits
    join patterns using (pattern)
    join sentences using (sentence_no)
    left join denied using (sentence_no, position, pattern)
)

select * from final
