-- What moderators have said so far, where the feedback comes from or in files of labels. The latest verdict on a message counts.
with verdicts as (
    select feedback_id, moderation_label, moderated_at, 0 as is_from_file from feedback
    union all
    select feedback_id, moderation_label, labelled_at as moderated_at, 1 as is_from_file from labels
),

latest as (
    select
        *,
        row_number() over (
            partition by feedback_id order by moderated_at desc, is_from_file desc, moderation_label
        ) as nth
    from verdicts
    where moderation_label is not null and moderated_at < $as_of::date + interval 1 day
),

final as (
    select
        feedback_id,
        moderation_label = 'fake' as is_fake,
        moderated_at
    from latest
    where nth = 1
)

select * from final
