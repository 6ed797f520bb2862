-- Which messages to show to a moderator next, because a verdict on them would teach the credibility model most. In every ten there are
-- six of which the model is least sure, two unlike all that it has learned from, and two at random, to measure it by: a fifth of
-- all messages is drawn for that by the hash of their ids, and asked about for no other reason. Without a model those that the
-- weak rules doubt come first.
-- place: the order in which to ask, from 1, at most 1,000
-- feedback_id: the message
-- text: its first 5,000 characters
-- why_asked: uncertain, unlike_training, random or no_model
-- credibility_percent: chance that it is genuine, percent; null where no model judges it
-- moderation_label: empty, for the verdict: genuine or fake
-- labelled_at: empty, for the date of the verdict
with candidates as (
    select
        feedback.feedback_id,
        left(feedback.text, 5000) as text,
        feedback_credibility.credibility_percent,
        feedback_credibility.level,
        abs(feedback_scores.fake_probability - 0.5) as sureness,
        coalesce('group ' || feedback_copies.group_no, lower(feedback_texts.text)) as said,
        md5('moderate ' || feedback.feedback_id) as lot,
        case
            when md5('moderate ' || feedback.feedback_id) < '33' then 'random'
            when feedback_scores.fake_probability is not null then 'uncertain'
            when feedback_credibility.not_judged_because is not null then feedback_credibility.not_judged_because
            else 'no_model'
        end as why_asked
    from feedback
    join feedback_texts using (feedback_id)
    join feedback_credibility using (feedback_id)
    left join feedback_scores using (feedback_id)
    left join feedback_copies using (feedback_id)
    left join moderation_labels using (feedback_id)
    where feedback.brand = 'own'
        and moderation_labels.feedback_id is null
        -- No verdict on a few words helps to judge others.
        and coalesce(feedback_credibility.not_judged_because, '') not in ('empty_text', 'too_short')
),

ordered as (
    select *, coalesce(sureness, case when level = 'low' then 0 else 1 end) as distance from candidates
),

-- A text that many have sent is asked about three times.
various as (
    select *
    from (
        select *, row_number() over (partition by why_asked, said order by distance, lot) as nth_alike from ordered
    ) as numbered
    where nth_alike <= 3 or why_asked = 'random'
),

shares as (
    select *
    from (values ('random', 0.2), ('uncertain', 0.6), ('unlike_training', 0.2), ('no_model', 0.8)) as t(why_asked, share)
),

placed as (
    select
        various.*,
        row_number() over (
            order by
                (nth - 0.5) / share, various.why_asked
        ) as place
    from (
        select *, row_number() over (partition by why_asked order by distance * (why_asked <> 'random')::integer, lot) as nth
        from various
    ) as various
    join shares using (why_asked)
),

final as (
    select
        place,
        feedback_id,
        text,
        why_asked,
        credibility_percent,
        null::varchar as moderation_label,
        null::timestamp as labelled_at
    from placed
    where place <= 1000
)

select * from final order by place
