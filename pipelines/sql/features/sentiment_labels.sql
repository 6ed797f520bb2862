-- Who rated what they wrote, whichever scale they used: satisfied or not. Between the two says nothing of the text.
with rated as (
    select
        feedback.feedback_id,
        feedback.occurred_at,
        coalesce(
            (feedback.rating - 1) / nullif(feedback.rating_scale - 1, 0),
            (feedback.csat - 1) / 4,
            feedback.nps / 10
        ) as score
    from feedback
    join feedback_texts using (feedback_id)
),

final as (
    select
        feedback_id,
        0 as sentence,
        score >= 0.7 as is_positive,
        occurred_at as known_on
    from rated
    where score >= 0.7 or score <= 0.35
)

select * from final
