-- Every word and phrase of the policy files by the stems of its words: topics, signs, watch-lists and details.
-- list: of which kind of policy: topic, sign, watch or detail
-- name: the topic, sign, watch-list or detail
-- language: ISO 639-1
-- stems: its words without inflection, parted by blanks
-- partners: the stems of words of which one must stand within six words of it; empty where it counts alone
-- polarity: 1 praise, -1 a problem, 0 neither
-- is_weak: marked by a question mark: as a topic it counts only where the message names no other
-- phrase: as the policy file has it, without marks and partners
-- stem_list: its stems
-- first_stem: the first of them
-- second_stem: the second; empty for a phrase of one word
-- third_stem: the third; empty for a phrase of two
with listed as (
    select 'topic' as list, topic as name, language, 0 as polarity, unnest(string_split(words, ',')) as entry from topics
    union all
    select 'topic' as list, topic as name, language, -1 as polarity, unnest(string_split(problems, ',')) as entry from topics
    union all
    select 'topic' as list, topic as name, language, 1 as polarity, unnest(string_split(praise, ',')) as entry from topics
    union all
    select 'sign' as list, sign as name, language, 0 as polarity, unnest(string_split(words, ',')) as entry from signs
    union all
    select 'watch' as list, list as name, language, 0 as polarity, unnest(string_split(words, ',')) as entry from watch_lists
    union all
    select 'detail' as list, detail as name, language, 0 as polarity, unnest(string_split(words, ',')) as entry from detail_words
),

-- "bagni/camerini + sporco/chiuso": either word, and the partners of which one makes it count.
parted as (
    select
        * exclude (entry),
        entry like '%?' as is_weak,
        trim(unnest(string_split(split_part(entry, '+', 1), '/')), ' ?') as phrase,
        split_part(entry, '+', 2) as partner_words
    from listed
),

stemmed as (
    select
        *,
        stems_of(phrase, language) as stems,
        list_sort(list_distinct(string_split(stems_of(partner_words, language), ' '))) as partners
    from parted
),

final as (
    select
        list,
        name,
        language,
        stems,
        if(partners = [''], [], partners) as partners,
        -- A phrase that is listed twice tells a sentiment if one of its entries does.
        max_by(polarity, abs(polarity)) as polarity,
        bool_and(is_weak) as is_weak,
        min(phrase) as phrase,
        string_split(stems, ' ') as stem_list,
        string_split(stems, ' ')[1] as first_stem,
        coalesce(string_split(stems, ' ')[2], '') as second_stem,
        coalesce(string_split(stems, ' ')[3], '') as third_stem
    from stemmed
    where stems <> ''
    group by list, name, language, stems, partners
)

select * from final order by list, name, language, stems, partners
