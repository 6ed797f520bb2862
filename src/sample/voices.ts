import { happinessOf, npsAnswer } from "./happiness.js";

/** What a kind of message adds to 32 times its key; from 16 on, a complaint's cause, so that no two messages share a key. */
export const messageKinds = {
  survey: 0,
  review: 1,
  social: 2,
  farewell: 3,
  enquiry: 4,
  call: 5,
  repost: 6,
  fake: 7,
  troll: 8,
  prospect: 9,
  employee: 10,
  elsewhere: 11,
  competitor: 12,
} as const;

/** What people talk about when nothing went wrong, by where they bought. */
const storeTopics = [
  "staff",
  "staff",
  "store",
  "store",
  "price",
  "product_quality",
  "product_quality",
  "assortment",
  "queue",
  "support",
];
const remoteTopics = [
  "delivery",
  "delivery",
  "price",
  "product_quality",
  "product_quality",
  "website",
  "assortment",
  "packaging",
  "support",
  "app",
];

function textList(words: readonly string[]): string {
  return `[${words.map((word) => `'${word}'`).join(", ")}]`;
}

/** SQL that draws one of the words. */
export function oneOf(words: readonly string[], purpose: string, key: string): string {
  return `(${textList(words)})[1 + pick('${purpose}', ${key}, ${words.length})]`;
}

/**
 * `own_message`: what customers and former customers say, with what moves them: happiness, topics and how they feel
 * about each. `tone` is positive or negative; a message has one topic or two. `copy_of` is the review whose words a
 * post repeats.
 */
export function ownMessageTables(): string {
  return `
-- When buyers of a product are next reminded to review it: every forty days.
create macro prompted_on(arrival, bought_no) as
  arrival::date + 1 + (40 - (arrival::date - date '2020-01-01' + 7 * bought_no) % 40)::integer + interval 10 hour;

-- Whether a review by a customer is more than stars.
create macro has_words(review_key) as uniform('stars only', review_key) >= 0.12;

create table utterance as
with bought as (
  select known_purchase.*, vocal from known_purchase join customer using (customer_no)
)
select order_key * 32 + ${messageKinds.survey} as message_key, 'survey' as source, customer_no, order_key, answered_at as occurred_at, null::bigint as exposure_key
from invitation where is_answered
union all
select order_key * 32 + ${messageKinds.call}, 'call', customer_no, order_key, seconds(asked_at, 432000), null
from invitation where is_called
union all
select order_key * 32 + ${messageKinds.review}, 'review', customer_no, order_key,
  case when uniform('prompted', order_key) < 0.4
    then prompted_on(arrived_at, product_no) + to_seconds((86400 * 1.5 * exponential('prompted day', order_key))::bigint)
    else seconds(arrived_at, 86400 * (1 + 15 * uniform('review day', order_key))) end, null
from bought where uniform('review', order_key) < 0.04 + 0.13 * vocal
union all
select order_key * 32 + ${messageKinds.social}, 'social', customer_no, order_key,
  seconds(arrived_at, 86400 * 12 * uniform('social day', order_key)), null
from bought where uniform('social', order_key) < 0.06 * vocal
union all
select order_key * 32 + ${messageKinds.enquiry}, ${oneOf(["chat", "call", "ticket"], "enquiry channel", "order_key")}, customer_no, order_key,
  seconds(arrived_at, 86400 * 10 * uniform('enquiry day', order_key)), null
from bought where uniform('enquiry', order_key) < 0.03
union all
select order_key * 32 + 16 + exposure_key % 8, case channel when 'phone'::term then 'call' when 'email'::term then 'ticket' when 'store'::term then 'ticket' else 'chat' end,
  customer_no, order_key, complained_at, exposure_key
from complaint
union all
select (departure.customer_no * 256 + 247) * 32 + ${messageKinds.farewell}, ${oneOf(["social", "social", "review"], "farewell channel", "customer_no")},
  departure.customer_no, experience.order_key, seconds(left_at, 86400 * (20 + 160 * uniform('farewell day', departure.customer_no))), null
from departure join experience using (customer_no, cause_no)
where experience.leaves and uniform('farewell', departure.customer_no) < 0.22;

create table own_message as
with felt as (
  select
    utterance.*,
    case when message_key % 32 = ${messageKinds.farewell} then least(felt.happiness, -1.5 + 0.3 * normal('farewell', message_key))
      else coalesce(invitation.happiness, felt.happiness) end as happiness
  from utterance
  join (${happinessOf("utterance", "message_key")}) as felt using (message_key)
  left join invitation
    on invitation.order_key = case when message_key % 32 in (${messageKinds.survey}, ${messageKinds.call}) then utterance.order_key end
  where occurred_at between starts_at() and ends_at()
),
troubled as (
  -- The two that matter most: what is complained of, then what weighs most.
  select
    felt.message_key,
    arg_min(topic, (experience.exposure_key <> coalesce(felt.exposure_key, 0))::integer * 10000 - (1000 * mood)::integer + cause_no, 2) as topics
  from felt
  join experience on experience.order_key = felt.order_key and experience.occurred_at <= felt.occurred_at
  join cause using (cause_no)
  where felt.exposure_key is not null or uniform('mentions', felt.message_key * 8 + cause_no) < 0.8
  group by felt.message_key
),
told as (
  select
    felt.*,
    purchase.channel as bought_through,
    purchase.product_no,
    purchase.store_no,
    purchase.carrier_no,
    person_no,
    customer.language as mother_tongue,
    felt.message_key % 32 = ${messageKinds.farewell} as is_farewell,
    troubled.topics[1] as trouble,
    troubled.topics[2] as second_trouble,
    case when purchase.channel = 'store'::term then ${oneOf(storeTopics, "topic", "felt.message_key")}
      else ${oneOf(remoteTopics, "topic", "felt.message_key")} end as usual_topic,
    case when purchase.channel = 'store'::term then ${oneOf(storeTopics, "other topic", "felt.message_key")}
      else ${oneOf(remoteTopics, "other topic", "felt.message_key")} end as other_topic
  from felt
  join customer using (customer_no)
  join purchase on purchase.order_key = felt.order_key
  left join troubled using (message_key)
),
themed as (
  select
    *,
    coalesce(trouble, usual_topic) as topic_1,
    case when trouble is not null or is_farewell or happiness + 0.8 * normal('tone', message_key) < -0.1 then 'negative' else 'positive' end as tone_1,
    case
      when second_trouble is not null then second_trouble
      when source <> 'survey' and uniform('two topics', message_key) < 0.42 or uniform('two topics', message_key) < 0.22 then other_topic
    end as topic_2,
    case when second_trouble is not null or happiness + normal('second tone', message_key) < -0.1 then 'negative' else 'positive' end as tone_2
  from told
),
spoken as (
  select
    * exclude (bought_through, trouble, second_trouble, usual_topic, other_topic, topic_2, tone_2),
    case when topic_2 <> topic_1 then topic_2 end as topic_2,
    case when topic_2 <> topic_1 then tone_2 end as tone_2,
    uniform('specific', message_key)
      < case when exposure_key is not null then 0.75 when source = 'review' then 0.55 when source = 'survey' then 0.3 else 0.45 end as is_specific,
    ${npsAnswer("happiness", "message_key")} as nps_answer,
    greatest(1, least(5, round(3.6 + 1.3 * happiness + 0.7 * normal('stars', message_key))))::integer as stars,
    greatest(1, least(7, round(5 + 0.9 * happiness + 0.9 * normal('effort', message_key))))::integer as ease,
    pick('survey form', message_key, 4) as form
  from themed
)
select *, null::bigint as copy_of from spoken
union all
select
  * replace (
    order_key * 32 + ${messageKinds.repost} as message_key,
    'social' as source,
    seconds(occurred_at, 600 + 86400 * 2 * uniform('reposted', message_key)) as occurred_at
  ),
  message_key
from spoken
where message_key % 32 = ${messageKinds.review} and has_words(message_key) and uniform('reposts', message_key) < 0.06;
`;
}
