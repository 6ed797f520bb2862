import type { Aspect } from "./aspect.js";

/**
 * What messages are about and how they feel about it. A topic that no taxonomy declares counts in the list, not in the
 * summary: it is for `emerging_topics` to find.
 */
export const topics: Aspect = {
  claims: { feedback_topics: ["feedback_id", "topic", "sentiment"] },
  sql: `
with claim as (
  select feedback_id, topic, avg(sentiment) as claimed_sentiment, count(*) as times
  from feedback_topics
  group by feedback_id, topic
),
pair as (
  select
    topic,
    true_topic.feedback_id is not null as is_true,
    claim.feedback_id is not null as is_claimed,
    sentiment,
    claimed_sentiment,
    feedback_id,
    topic not in (select topic from undeclared_topic) as is_declared
  from true_topic
  full join (from claim semi join asked_message using (feedback_id) where topic is not null) as claim
    using (feedback_id, topic)
),
topic_score as (
  select
    topic,
    any_value(is_declared) as is_declared,
    count(*) filter (is_true)::integer as n,
    count(*) filter (is_true and is_claimed) / nullif(count(*) filter (is_claimed), 0) as precision,
    count(*) filter (is_true and is_claimed) / nullif(count(*) filter (is_true), 0) as recall,
    2 * count(*) filter (is_true and is_claimed) / (count(*) filter (is_true) + count(*) filter (is_claimed)) as f1
  from pair
  group by topic
),
felt as (
  select sign(claimed_sentiment) = if(sentiment = 'positive', 1, -1) as is_right
  from pair
  where is_true and is_claimed and sentiment in ('positive', 'negative')
)
select
  (select count(*)::integer from asked_message) as messages,
  count(*) filter (is_true)::integer as n,
  (
    select count(*) filter (is_found) / count(*)
    from (select bool_or(is_claimed) as is_found from pair where is_declared group by feedback_id having bool_or(is_true))
  ) as coverage,
  (select count(distinct feedback_id)::integer from claim anti join asked_message using (feedback_id)) as unknown_messages,
  (select coalesce(sum(times - 1), 0)::integer from claim) as repeated_claims,
  count(*) filter (is_true and is_claimed) / nullif(count(*) filter (is_claimed), 0) as micro_precision,
  count(*) filter (is_true and is_claimed) / nullif(count(*) filter (is_true), 0) as micro_recall,
  2 * count(*) filter (is_true and is_claimed)
    / nullif(count(*) filter (is_true) + count(*) filter (is_claimed), 0) as micro_f1,
  (select avg(f1) from topic_score where is_declared and n > 0) as macro_f1,
  (
    select {n: count(is_right)::integer, coverage: count(is_right) / nullif(count(*), 0), sign_accuracy: avg(is_right::integer)}
    from felt
  ) as sentiment,
  (select coalesce(list(topic_score order by topic), []) from topic_score) as topics
from pair
where is_declared`,
};
