-- Where sentences use the phrases of the policy files, and which of them are denied: a negation stands within the four words before, or
-- between a word and its partner, with no comma between ("no, la consegna è lenta" denies nothing), and is not one that affirms
-- ("non solo caro"). What says no itself ("mai arrivato") is not turned round by another no ("non è mai arrivato"), which only
-- strengthens it.
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
        case when has_negator and contains(text, ',') then text end as text
    from feedback_sentences
    left join negators using (language)
),

-- Cut anew for each of the joins: kept, they would take more memory than all else here.
words as not materialized (
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

-- Of the partners that stand near, the nearest before it and the nearest after it.
accompanied as (
    select
        whole.sentence_no,
        whole.position,
        whole.pattern,
        max(partner_words.position) filter (where partner_words.position < whole.position) as partner_before,
        min(partner_words.position) filter (where partner_words.position >= whole.position + patterns.length) as partner_after
    from whole
    join patterns using (pattern)
    join partner_words
        on partner_words.sentence_no = whole.sentence_no
        and partner_words.position between whole.position - 6 and whole.position + patterns.length + 5
    semi join partners on partners.pattern = whole.pattern and partners.stem = partner_words.stem
    where whole.has_partner
    group by all
),

hits as materialized (
    select sentence_no, position, pattern, may_be_negated, null as partner_before, null as partner_after
    from whole
    where not has_partner
    union all
    select sentence_no, position, pattern, may_be_negated, partner_before, partner_after
    from whole
    join accompanied using (sentence_no, position, pattern)
),

negator_words as (
    select language, unnest(stems) as stem from negators
),

affirming_words as (
    select language, unnest(affirming_stems) as stem from negators
),

said_no as (
    select words.sentence_no, words.position as place
    from words
    join negator_words using (language, stem)
    anti join affirming_words on affirming_words.language = words.language and affirming_words.stem = words.next_stem
    where words.has_negator
),

parts as (
    select
        sentence_no,
        unnest(string_split(text, ',')) as part,
        unnest(range(len(string_split(text, ',')))) as clause
    from sentences
    where text is not null
),

-- The last word of each clause, where commas part a sentence that says no.
clauses as (
    select
        sentence_no,
        sum(len(regexp_extract_all(part, '[\p{L}\p{N}]+'))) over (partition by sentence_no order by clause) as clause_end
    from parts
),

-- Each negation with the clause, between commas, in which it may deny something.
negations_said as (
    select
        said_no.sentence_no,
        said_no.place,
        coalesce(max(clauses.clause_end) filter (where clauses.clause_end < said_no.place), 0) + 1 as clause_start,
        min(clauses.clause_end) filter (where clauses.clause_end >= said_no.place) as clause_end
    from said_no
    left join clauses using (sentence_no)
    group by said_no.sentence_no, said_no.place
),

denied as (
    select distinct hits.sentence_no, hits.position, hits.pattern
    from hits
    join patterns using (pattern)
    join negations_said
        on negations_said.sentence_no = hits.sentence_no
        and hits.position between negations_said.clause_start and coalesce(negations_said.clause_end, hits.position)
    where hits.may_be_negated
        and (
            negations_said.place between coalesce(hits.partner_before, hits.position) - 4 and hits.position - 1
            or negations_said.place >= hits.position + patterns.length
            and negations_said.place < hits.partner_after
            and coalesce(negations_said.clause_end, hits.partner_after) >= hits.partner_after
        )
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
