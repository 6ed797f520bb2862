-- What else a message gives away: that it cost effort, that the writer is leaving, abuses or recommends, which competitor it names.
-- feedback_id: the message
-- speaks_of_leaving: whether the writer leaves or has left
-- tells_of_effort: whether it has cost the writer effort
-- is_abusive: whether it insults
-- recommends: whether it recommends the company
-- asks: whether it has a question mark
-- competitor: the competitor that it names; null where none
with listed as (
    select
        feedback_id,
        bool_or(name = 'leaving') as speaks_of_leaving,
        bool_or(name = 'effort') as tells_of_effort,
        bool_or(name = 'abuse') as is_abusive,
        bool_or(name = 'recommending' and not is_negated) as recommends
    from sentence_phrases
    where list = 'sign'
    group by feedback_id
),

competitors as (
    select distinct brand as name, ' ' || trim(regexp_replace(lower(brand), '[^\p{L}\p{N}]+', ' ', 'g')) || ' ' as words
    from feedback
    where brand <> 'own'
),

-- Names are looked for as whole words.
naming as (
    select spaced.feedback_id, min(competitors.name) as competitor
    from (
        select
            feedback_texts.feedback_id,
            ' ' || regexp_replace(lower(feedback_texts.text), '[^\p{L}\p{N}]+', ' ', 'g') || ' ' as words
        from feedback_texts
    ) as spaced
    join competitors on contains(spaced.words, competitors.words)
    group by spaced.feedback_id
),

final as (
    select
        feedback_texts.feedback_id,
        coalesce(listed.speaks_of_leaving, false) as speaks_of_leaving,
        coalesce(listed.tells_of_effort, false) as tells_of_effort,
        coalesce(listed.is_abusive, false) as is_abusive,
        coalesce(listed.recommends, false) as recommends,
        contains(feedback_texts.text, '?') as asks,
        naming.competitor
    from feedback_texts
    left join listed using (feedback_id)
    left join naming using (feedback_id)
)

select * from final
