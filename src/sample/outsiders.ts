import { competitors, products, storeCount } from "./catalogue.js";
import { messageKinds, oneOf } from "./voices.js";

const employeeTopics = [
  "queue", "queue", "staff", "assortment", "refund", "billing", "delivery", "app", "store", "product_quality",
];
const publicTopics = ["price", "delivery", "staff", "product_quality", "assortment", "website", "support", "store"];

/**
 * `outsider_message`: fakes, trolls, prospects, employees, and what is said about competitors.
 *
 * Fakes come in campaigns of a few days on one product, bought (praise) or from rivals (blame); a third are copies of
 * the first of their campaign. There are about nine genuine reviews to each.
 */
export function outsiderMessageTables(): string {
  return `
create table volume as
select
  (select ceil(count(*) * 0.115)::bigint from own_message where source = 'review') as fakes,
  greatest(6, (select count(*) from own_message) // 22) as trolls,
  greatest(6, (select count(*) from own_message) // 18) as prospects,
  greatest(6, (select count(*) from own_message) // 16) as employees,
  greatest(6, (select count(*) from own_message) // 12) as elsewhere;

create table campaign as
with numbered as (
  select unnest(range(campaigns)) as campaign_no, campaigns
  from (select greatest(4, fakes // 16) as campaigns from volume)
)
select
  campaign_no,
  campaigns,
  case when uniform('campaign motive', campaign_no) < 0.58 then 'bought' else 'rival' end as motive,
  1 + pick('campaign product', campaign_no, ${products.length}) as product_no,
  ${oneOf(["product_quality", "product_quality", "delivery", "support", "price"], "campaign topic", "campaign_no")} as topic,
  case when uniform('campaign language', campaign_no) < 0.27 then 'en' else 'it' end as language,
  seconds(starts_at(), 86400 * (4 + (days - 12) * uniform('campaign day', campaign_no))) as started_at
from numbered, span;

create table fake as
with drawn as (
  select range as fake_no, pick('campaign', range, campaigns) as campaign_no
  from range((select fakes from volume)), (select any_value(campaigns) as campaigns from campaign)
)
select
  fake_no * 32 + ${messageKinds.fake} as message_key,
  fake_no,
  campaign.*,
  min(fake_no) over (partition by campaign_no) * 32 + ${messageKinds.fake} as model_key,
  uniform('copies', fake_no) < 0.33 as is_copy,
  seconds(started_at, 86400 * 1.4 * exponential('fake time', fake_no)) as occurred_at
from drawn
join campaign using (campaign_no);

create table outsider_message as
select
  message_key,
  'review' as source,
  'own' as brand,
  case motive when 'rival' then 'competitor' else 'prospect' end as speaker,
  motive,
  false as is_genuine,
  occurred_at,
  pick('fake account', fake_no, 1 + campaigns * 9) * 16 + 1 as author_key,
  product_no,
  null::integer as store_no,
  language,
  topic as topic_1,
  case motive when 'rival' then 'negative' else 'positive' end as tone_1,
  case when uniform('fake second topic', fake_no) < 0.3 then ${oneOf(publicTopics, "fake other topic", "fake_no")} end as topic_2,
  uniform('fake detail', fake_no) < 0.25 as is_specific,
  case motive
    when 'rival' then (array[1, 1, 1, 2, 1])[1 + pick('fake stars', fake_no, 5)]
    else (array[5, 5, 5, 5, 4])[1 + pick('fake stars', fake_no, 5)]
  end as stars,
  case when is_copy and model_key <> message_key then model_key end as copy_of
from fake
union all
select
  range * 32 + ${messageKinds.troll}, ${oneOf(["social", "social", "social", "chat", "review"], "troll source", "range")}, 'own', 'troll', 'troll', false,
  seconds(starts_at(), 86400 * days * uniform('troll time', range)),
  floor(trolls / 6 * uniform('troll account', range) ** 2)::bigint * 16 + 2,
  null, null, ${oneOf(["it", "it", "it", "en"], "troll language", "range")}, null, null, null, false, 1, null
from volume, span, range((select trolls from volume))
union all
select
  range * 32 + ${messageKinds.prospect}, ${oneOf(["social", "chat", "call", "social"], "prospect source", "range")}, 'own', 'prospect', 'enquiry', true,
  seconds(starts_at(), 86400 * days * uniform('prospect time', range)),
  range * 16 + 3,
  1 + pick('prospect product', range, ${products.length}), null, ${oneOf(["it", "it", "it", "en"], "prospect language", "range")},
  ${oneOf(publicTopics, "prospect topic", "range")}, 'neutral', null, uniform('prospect detail', range) < 0.4, null, null
from span, range((select prospects from volume))
union all
select
  range * 32 + ${messageKinds.employee}, 'employee', 'own', 'employee', 'report', true,
  seconds(starts_at(), 86400 * days * uniform('employee time', range)),
  pick('employee', range, ${storeCount * 5}) * 16 + 4,
  1 + pick('employee product', range, ${products.length}), 1 + pick('employee', range, ${storeCount * 5}) % ${storeCount}, 'it',
  ${oneOf(employeeTopics, "employee topic", "range")}, case when uniform('employee tone', range) < 0.62 then 'negative' else 'positive' end,
  null, uniform('employee detail', range) < 0.4, null, null
from span, range((select employees from volume))
union all
select
  range * 32 + ${messageKinds.elsewhere}, ${oneOf(["review", "review", "social"], "elsewhere source", "range")},
  ${oneOf(competitors, "elsewhere brand", "range")}, 'prospect', 'about a competitor', true,
  seconds(starts_at(), 86400 * days * uniform('elsewhere time', range)),
  range * 16 + 5,
  1 + pick('elsewhere product', range, ${products.length}), null, ${oneOf(["it", "it", "it", "en"], "elsewhere language", "range")},
  ${oneOf(publicTopics, "elsewhere topic", "range")}, case when uniform('elsewhere tone', range) < 0.5 then 'negative' else 'positive' end,
  case when uniform('elsewhere second', range) < 0.3 then ${oneOf(publicTopics, "elsewhere other topic", "range")} end,
  uniform('elsewhere detail', range) < 0.3, null, null
from span, range((select elsewhere from volume));
`;
}

/**
 * `message`: everything said, with what the file of feedback shows and what it does not (speaker, genuineness, topics).
 */
export function messageTables(): string {
  return `
create table message as
with own as (
  select
    message_key, source, 'own' as brand,
    case when is_farewell then 'ex_customer' else 'customer' end as speaker,
    case when is_farewell then 'farewell' when exposure_key is not null then 'complaint'
      when happiness > 1.3 and source in ('review', 'social') then 'advocacy' else 'experience' end as motive,
    true as is_genuine, occurred_at, person_no * 16 as author_key, customer_no, order_key, exposure_key, product_no, store_no, carrier_no,
    case when uniform('other tongue', message_key) < 0.03 then case mother_tongue when 'it' then 'en' else 'it' end else mother_tongue end as language,
    topic_1, tone_1, topic_2, tone_2, is_specific, happiness,
    case when source = 'call' and exposure_key is null and message_key % 32 = ${messageKinds.call} then 0 when source = 'survey' then form end as form,
    nps_answer, stars, ease, null::bigint as copy_of
  from own_message
),
others as (
  select
    message_key, source, brand, speaker, motive, is_genuine, occurred_at, author_key,
    null::bigint as customer_no, null::bigint as order_key, null::bigint as exposure_key, product_no, store_no, 1 + pick('carrier named', message_key, 4) as carrier_no,
    language, topic_1, tone_1,
    case when topic_2 <> topic_1 then topic_2 end as topic_2,
    case when topic_2 <> topic_1 then tone_1 end as tone_2,
    is_specific, null::double as happiness, null::integer as form, null::integer as nps_answer,
    case when motive = 'about a competitor' then case tone_1 when 'positive' then 4 else 1 end + pick('stars elsewhere', message_key, 2) else stars end as stars,
    null::integer as ease, copy_of
  from outsider_message
  where occurred_at between starts_at() and ends_at()
),
everyone as (
  from own union all from others
)
select
  *,
  case source
    when 'survey' then uniform('comment', message_key) < 0.5
    when 'call' then motive <> 'experience' or form is null
    when 'review' then uniform('stars only', message_key) >= 0.12 or not is_genuine and uniform('stars only', message_key) >= 0.05
    else true
  end as has_text,
  source = 'review' and uniform('verified', message_key)
    < case when customer_no is not null then 0.55 when motive = 'bought' then 0.25 else 0.12 end as is_verified,
  uniform('moderated', message_key) < 0.4 and source = 'review' and brand = 'own' as is_moderated,
  occurred_at + to_seconds((86400 * (1 + 9 * uniform('moderation day', message_key)))::bigint) as moderated_at,
  case when source = 'social' then round(exp(4.2 + 1.5 * normal('reach', message_key) + case when motive in ('advocacy', 'troll') then 0.6 else 0 end))::integer end as reach
from everyone;
`;
}

export const feedbackFile = `
select
  code('F', 'feedback', message_key) as feedback_id,
  occurred_at,
  source,
  brand,
  case
    when source in ('survey', 'ticket') then coalesce(email, code('U', 'account', author_key))
    when source = 'call' and person_no is not null then coalesce(phone, code('U', 'account', author_key))
    when source = 'call' then phone_of(author_key + 1099511627776)
    when source = 'employee' then code('E', 'account', author_key)
    when person_no is not null then coalesce(handle, code('U', 'account', author_key))
    when uniform('has handle', author_key + 1099511627776) < 0.6 then handle_of(author_key + 1099511627776)
    else code('U', 'account', author_key)
  end as author_id,
  case
    when source in ('survey', 'ticket', 'call') or is_verified or source = 'chat' and uniform('logged in', message_key) < 0.6
      then coalesce(customer_id, case when is_verified then code('C', 'customer', pick('borrowed', message_key, (select count(*) from customer))) end)
  end as customer_id,
  case when source in ('survey', 'ticket') then code('O', 'order', order_key) end as order_id,
  case when source = 'review' then product_id end as product_id,
  case when source in ('survey', 'employee') then 'S' || lpad(store_no::varchar, 2, '0') end as store_id,
  case when source in ('chat', 'ticket') then code('H', 'thread', message_key) end as thread_id,
  case when source = 'review' then stars end::double as rating,
  case when source = 'review' then 5 end as rating_scale,
  case when form in (0, 1) then nps_answer end as nps,
  case when form = 2 then stars end as csat,
  case when form = 3 then ease end as ces,
  text,
  case when source in ('survey', 'ticket', 'review') and text is not null and uniform('language told', message_key) < 0.7 then message.language end as language,
  reach,
  case when source = 'review' then is_verified end as is_verified,
  case when is_moderated and moderated_at <= ends_at()
    then case when is_genuine <> (uniform('label noise', message_key) < 0.015) then 'genuine' else 'fake' end end as moderation_label,
  case when is_moderated and moderated_at <= ends_at() then moderated_at end as moderated_at
from message
left join customer using (customer_no)
left join contact using (customer_no)
left join product using (product_no)
left join message_text using (message_key)
order by occurred_at, feedback_id
`;
