-- Every word and phrase of the policy files by the stems of its words: topics, signs, watch-lists and details. A question mark makes one weak: as a
-- topic it counts only where the sentence names no other.
with listed as (
    select 'topic' as list, topic as name, language, 0 as polarity, unnest(string_split(words, ',')) as phrase from topics
    union all
    select 'topic' as list, topic as name, language, -1 as polarity, unnest(string_split(problems, ',')) as phrase from topics
    union all
    select 'topic' as list, topic as name, language, 1 as polarity, unnest(string_split(praise, ',')) as phrase from topics
    union all
    select 'sign' as list, sign as name, language, 0 as polarity, unnest(string_split(words, ',')) as phrase from signs
    union all
    select 'watch' as list, list as name, language, 0 as polarity, unnest(string_split(words, ',')) as phrase from watch_lists
    union all
    select 'detail' as list, detail as name, language, 0 as polarity, unnest(string_split(words, ',')) as phrase from detail_words
),

stemmed as (
    select *, stems_of(phrase, language) as stems, phrase like '%?' as is_weak from listed
),

final as (
    select
        list,
        name,
        language,
        stems,
        -- A phrase that is listed twice tells a sentiment if one of its entries does.
        max_by(polarity, abs(polarity)) as polarity,
        bool_and(is_weak) as is_weak,
        min(trim(phrase, ' ?')) as phrase,
        string_split(stems, ' ') as stem_list,
        string_split(stems, ' ')[1] as first_stem,
        -- Empty for a phrase of one word.
        coalesce(string_split(stems, ' ')[2], '') as second_stem
    from stemmed
    where stems <> ''
    group by list, name, language, stems
)

select * from final
