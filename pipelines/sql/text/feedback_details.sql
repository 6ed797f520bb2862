-- What each message names that could be looked into: a time, an amount, an order, a person, a product, a place. It is specific if it
-- names any of these but a person, whose name alone cannot be looked into, and general otherwise.
-- feedback_id: the message
-- names_time: a day, date or hour
-- names_amount: a sum or quantity
-- names_order: an order or case by its number
-- names_person: a person by name
-- names_product: a product that messages about it name
-- names_place: a store that messages about it name
-- is_specific: whether it names any of these but a person
with words as (
    select feedback_id, language, sentence, unnest(string_split(stems, ' ')) as stem from feedback_sentences
),

worded as (
    select
        sentence_phrases.feedback_id,
        bool_or(name = 'time') as by_time,
        bool_or(name = 'amount' and regexp_matches(feedback_sentences.stems, '\d')) as by_amount
    from sentence_phrases
    join feedback_sentences using (feedback_id, sentence)
    where list = 'detail'
    group by sentence_phrases.feedback_id
),

named as (
    select
        feedback_id,
        bool_or(thing = 'product') as by_product,
        bool_or(thing = 'place') as by_place
    from words
    join naming_words using (language, stem)
    group by feedback_id
),

shaped as (
    select
        feedback_id,
        -- A date, an hour, a day of the month.
        regexp_matches(text, '(?i)\b\d{1,2}[/.:-]\d{2}\b|\b(il|del|dal|al|the) \d{1,2}(st|nd|rd|th)?\b') as has_date,
        -- A sum of money.
        regexp_matches(text, '(?i)[€$£] ?\d|\d ?[€$£]') as has_sum,
        -- The number of an order or an invoice.
        regexp_matches(text, '(?i)\b[A-Z]{0,3}\d[A-Z0-9]{4,}\b|\b[A-Z]+\d+[A-Z0-9]{3,}\b|(ordine|order|n\.|#) ?(n\.? ?)?[A-Z0-9]*\d{2,}') as has_order,
        -- A name within a sentence: a capital letter that no full stop explains, and that is not shouting.
        text <> upper(text) and regexp_matches(text, '[\p{Ll},] \p{Lu}\p{Ll}{2,}') as has_name
    from feedback_texts
),

final as (
    select
        shaped.feedback_id,
        coalesce(worded.by_time, false) or has_date as names_time,
        coalesce(worded.by_amount, false) or has_sum as names_amount,
        has_order as names_order,
        has_name as names_person,
        coalesce(named.by_product, false) as names_product,
        coalesce(named.by_place, false) as names_place,
        coalesce(worded.by_time, false) or has_date or coalesce(worded.by_amount, false) or has_sum or has_order
            or coalesce(named.by_place, false) or coalesce(named.by_product, false) as is_specific
    from shaped
    left join worded using (feedback_id)
    left join named using (feedback_id)
)

select * from final
