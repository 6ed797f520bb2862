-- What each message speaks of, told by the topics' own phrases alone: no model is trained for the proof.
select
    feedback_id,
    topic,
    any_value(journey_stage) as journey_stage,
    round(avg(said), 3) as sentiment,
    string_agg(distinct phrases, ', ' order by phrases) as phrases
from sentence_topics
group by feedback_id, topic
order by feedback_id, topic
