-- What the sentiment model learns from: whole messages that came with a rating.
select
    sentiment_labels.feedback_id,
    sentiment_labels.sentence,
    feedback_texts.occurred_at,
    feedback_texts.text
from sentiment_labels
join feedback_texts using (feedback_id)
