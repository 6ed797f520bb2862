import type { Aspect } from "./aspect.js";

/**
 * Topics that nobody declared. A published topic is a true one when at least half of the messages that hold one of its
 * phrases (regardless of capitals and accents) speak of that, and it is found after the start.
 */
export const emergingTopics: Aspect = {
  claims: { emerging_topics: ["topic", "phrases", "found_on"], feedback: ["feedback_id", "text"] },
  sql: `
with claim as (
  select topic, min(found_on)::date as found_on, any_value(phrases order by phrases) as phrases
  from emerging_topics
  group by topic
),
phrase as (
  select distinct topic, strip_accents(lower(trim(phrase, ' ''"'))) as phrase
  from (select topic, unnest(string_split(trim(phrases::varchar, '[]'), ',')) as phrase from claim)
  where trim(phrase, ' ''"') <> ''
),
said as (
  select feedback_id, strip_accents(lower(text)) as text from feedback semi join asked_message using (feedback_id) where text is not null
),
mention as (
  select distinct phrase.topic, feedback_id from phrase join said on contains(said.text, phrase.phrase)
),
meaning as (
  select
    claim.topic as claimed,
    undeclared_topic.topic,
    found_on,
    starts_on,
    count(true_topic.feedback_id) as meant,
    count(*) as mentions
  from claim
  join mention using (topic)
  cross join undeclared_topic
  left join true_topic on true_topic.feedback_id = mention.feedback_id and true_topic.topic = undeclared_topic.topic
  group by all
),
said_of as (
  select topic, count(*) as messages from true_topic group by topic
),
find as (
  select claimed, topic, found_on, meant / mentions as precision, meant / messages as recall
  from meaning
  join said_of using (topic)
  where meant >= mentions / 2 and found_on >= starts_on
),
first_find as (
  from find qualify row_number() over (partition by topic order by found_on, claimed) = 1
),
found as (
  select
    undeclared_topic.topic,
    starts_on,
    found_on,
    found_on - starts_on as days_from_start,
    claimed as found_as,
    precision,
    recall
  from undeclared_topic
  left join first_find using (topic)
)
select
  (select count(*)::integer from claim) as claimed,
  (select count(*)::integer from claim anti join find on claimed = claim.topic) as others,
  coalesce(list(found order by topic), []) as topics
from found`,
};
