-- What moderators have said so far of reviews.
select
    feedback_id,
    moderation_label = 'fake' as is_fake,
    moderated_at
from feedback
where moderation_label is not null and moderated_at < $as_of::date + interval 1 day
