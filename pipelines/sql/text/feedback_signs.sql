-- What else a message gives away: that it cost effort, that the writer is leaving, abuses or recommends, which competitor it names.
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
    select distinct brand as name from feedback where brand <> 'own'
),

naming as (
    select feedback_texts.feedback_id, min(competitors.name) as competitor
    from feedback_texts
    join competitors
        on contains(lower(feedback_texts.text), lower(competitors.name))
        and regexp_matches(
            lower(feedback_texts.text),
            '(^|[^\p{L}\p{N}])' || regexp_escape(lower(competitors.name)) || '([^\p{L}\p{N}]|$)'
        )
    group by feedback_texts.feedback_id
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
