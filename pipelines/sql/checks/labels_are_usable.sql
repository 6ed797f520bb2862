-- Verdicts in files of labels that nothing can be learned from.
select
    labels.feedback_id,
    labels.moderation_label,
    case when labels.labelled_at is null then 'no labelled_at' else 'no such feedback' end as problem
from labels
left join feedback using (feedback_id)
where labels.moderation_label is not null and (labels.labelled_at is null or feedback.feedback_id is null)
order by labels.feedback_id, problem
