/** Who wrote each message and what it truly is. `motive` tells kinds of speaker apart more finely. */
export const messageTruth = `
select
  code('F', 'feedback', message_key) as feedback_id,
  speaker,
  motive,
  is_genuine,
  is_specific and has_text and speech = 'plain' as is_specific,
  list_filter(
    [
      {topic: case when speech in ('plain', 'sarcasm') then topic_1 end, sentiment: tone_1},
      {topic: topic_2, sentiment: tone_2}
    ],
    lambda entry: entry.topic is not null and has_text
  ) as topics,
  customer_id,
  case when person_no is null then code('N', 'outsider', author_key) else code('N', 'person', person_no) end as person_id,
  cause,
  code('F', 'feedback', copy_of) as copy_of
from message
left join customer using (customer_no)
left join exposure using (exposure_key)
left join cause on cause.cause_no = exposure.cause_no
order by feedback_id
`;
