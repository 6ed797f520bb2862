-- What is suddenly said that no topic covers. For each day and stem the messages of the last seven days are compared with those of the
-- eight weeks before, in proportion to all messages, by the variance-stabilising root (Anscombe 1948): where nothing changed the
-- difference is about normal, with a variance of 1 and, for the eight weeks, an eighth. A stem has emerged when on two days running it
-- exceeds what chance would do for one stem in a year of weeks; or when on one day two do, by what chance would do for one pair in
-- a year, that are said three times as often as before, and mostly in different messages; a stem that exceeds the first bears out no
-- other. Stems that are mostly said in the same messages are one topic, named by its most telling words.
-- topic: its most telling word
-- language: ISO 639-1
-- phrases: its words, the most telling first
-- found_on: the day on which it was known
-- z: by how many standard deviations the most telling word exceeded its past at most
with words as (
    select distinct
        feedback_sentences.feedback_id,
        feedback_sentences.occurred_at::date as day,
        feedback_sentences.language,
        unnest(string_split(feedback_sentences.stems, ' ')) as stem
    from feedback_sentences
    join feedback using (feedback_id)
    where feedback.brand = 'own'
),

declared as (
    select distinct language, first_stem as stem from phrases where list = 'topic' and len(stem_list) = 1 and partners = []
),

telling as (
    select words.*
    from words
    anti join declared on declared.language = words.language and declared.stem = words.stem
    anti join naming_words on naming_words.language = words.language and naming_words.stem = words.stem
    where length(words.stem) >= 4 and not regexp_matches(words.stem, '\d')
),

frequent as (
    select language, stem from telling group by language, stem having count(*) >= 8
),

calendar as (
    select unnest(range(min(day), max(day) + 1, interval 1 day))::date as day from words
),

messages_a_day as (
    select calendar.day, count(distinct words.feedback_id) as n
    from calendar
    left join words using (day)
    group by calendar.day
),

volumes as (
    select
        day,
        sum(n) over (order by day rows between 6 preceding and current row) as week,
        sum(n) over (order by day rows between 62 preceding and 7 preceding) as before,
        count(*) over (order by day rows between 62 preceding and 7 preceding) as days_before
    from messages_a_day
),

said_a_day as (
    select telling.language, telling.stem, telling.day, count(*) as n
    from telling
    semi join frequent using (language, stem)
    group by all
),

grid as (
    select frequent.language, frequent.stem, calendar.day, coalesce(said_a_day.n, 0) as n
    from frequent
    cross join calendar
    left join said_a_day using (language, stem, day)
),

compared as (
    select
        language,
        stem,
        day,
        sum(n) over (partition by language, stem order by day rows between 6 preceding and current row) as week,
        sum(n) over (partition by language, stem order by day rows between 62 preceding and 7 preceding) as before
    from grid
),

scored as (
    select
        compared.language,
        compared.stem,
        compared.day,
        compared.week,
        compared.before * volumes.week / volumes.before as expected,
        2 * (sqrt(compared.week + 0.375) - sqrt(compared.before * volumes.week / volumes.before + 0.375)) as z
    from compared
    join volumes using (day)
    where volumes.days_before = 56 and volumes.before > 0 and compared.week >= 4
),

-- The normal quantiles, by their asymptotic expansion, of one stem and of one pair of stems in 52 weeks.
trials as (
    select greatest(count(*), 20) * 52 as of_one, greatest(count(*), 20) * sqrt(52 / 2) as of_pair from frequent
),

limits as (
    select
        sqrt(1 + 1 / 8) * sqrt(2 * ln(of_one) - ln(2 * ln(of_one)) - ln(2 * pi())) as of_one,
        sqrt(1 + 1 / 8) * sqrt(2 * ln(of_pair) - ln(2 * ln(of_pair)) - ln(2 * pi())) as of_pair
    from trials
),

unusual as (
    select
        scored.*,
        scored.z > limits.of_one as is_clear,
        scored.z > limits.of_one and coalesce(
            lag(scored.day) over above_one = scored.day - 1, false
        ) as is_confirmed
    from scored
    join limits on scored.z > limits.of_pair
    window above_one as (partition by scored.language, scored.stem, scored.z > limits.of_one order by scored.day)
),

unusual_messages as (
    select unusual.language, unusual.stem, unusual.day, unusual.week, telling.feedback_id
    from unusual
    join telling
        on telling.language = unusual.language
        and telling.stem = unusual.stem
        and telling.day between unusual.day - 6 and unusual.day
),

pairs as (
    select
        one.language,
        one.stem,
        other.stem as other,
        one.day,
        one.week,
        other.week as other_week,
        least(one.week / greatest(one.expected, 1), other.week / greatest(other.expected, 1)) >= 3 as is_manifold
    from unusual as one
    join unusual as other on other.language = one.language and other.day = one.day and other.stem <> one.stem
    where not one.is_clear and not other.is_clear
),

shared as (
    select one.language, one.stem, other.stem as other, one.day, count(*) as n
    from unusual_messages as one
    join unusual_messages as other
        on other.feedback_id = one.feedback_id and other.day = one.day and other.stem <> one.stem
    group by one.language, one.stem, other.stem, one.day
),

supported as (
    select distinct pairs.language, pairs.stem, pairs.day
    from pairs
    left join shared using (language, stem, other, day)
    where pairs.is_manifold and coalesce(shared.n, 0) <= 0.5 * least(pairs.week, pairs.other_week)
),

risen as (
    select
        unusual.language,
        unusual.stem,
        min(unusual.day) as found_on,
        max(unusual.z) as z
    from unusual
    left join supported using (language, stem, day)
    where unusual.is_confirmed or supported.stem is not null
    group by unusual.language, unusual.stem
),

-- Each word is counted before it is stemmed: a language has few words, messages have many.
spoken as (
    select language, word, count(*) as n
    from (select language, unnest(regexp_extract_all(lower(text), '[\p{L}\p{N}]+')) as word from feedback_sentences)
    where language in (select language from risen)
    group by language, word
),

surfaces as (
    select language, stem, max_by(word, (n, word)) as word
    from (select *, stems_of(word, language) as stem from spoken)
    semi join risen using (language, stem)
    group by language, stem
),

-- What belongs to grammar is no topic.
emerged as (
    select risen.*
    from risen
    join surfaces using (language, stem)
    where not is_stop_word(surfaces.word, risen.language)
),

together as (
    select
        one.language,
        one.stem,
        other.stem as other,
        count(*) as n,
        any_value(emerged.z) as z
    from telling as one
    semi join emerged as e on e.language = one.language and e.stem = one.stem and one.day >= e.found_on - 13
    join telling as other on other.feedback_id = one.feedback_id
    join emerged on emerged.language = other.language and emerged.stem = other.stem
    group by one.language, one.stem, other.stem
),

-- Each stem follows the strongest that stands in at least 30% of its messages; itself if it is the strongest.
leaders as (
    select language, stem, max_by(other, (z, other)) as leader
    from (select *, max(n) over (partition by language, stem) as all_n from together)
    where n >= 0.3 * all_n
    group by language, stem
),

final as (
    select
        any_value(leader_word.word) as topic,
        leaders.language,
        string_agg(surfaces.word, ', ' order by emerged.z desc, surfaces.word) as phrases,
        min(emerged.found_on) as found_on,
        round(max(emerged.z), 2) as z
    from leaders
    join emerged using (language, stem)
    join surfaces using (language, stem)
    join surfaces as leader_word on leader_word.language = leaders.language and leader_word.stem = leaders.leader
    group by leaders.language, leaders.leader
)

select * from final order by found_on, language, topic
