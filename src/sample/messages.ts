import { messageKinds } from "./voices.js";

/**
 * `message`: everything said, with what the file of feedback shows and what it does not (speaker, genuineness, topics).
 *
 * `speech` is `plain` or `sarcasm` about the topics, or `hype`, `smear` or `troll`, which take the first topic's place.
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
    nps_answer, stars, ease, copy_of
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
  select *, coalesce(copy_of, message_key) as wording_key from (from own union all from others)
)
select
  * exclude (wording_key),
  case
    when motive = 'bought' and uniform('hype', wording_key) < 0.5 then 'hype'
    when motive = 'rival' and uniform('smear', wording_key) < 0.5 then 'smear'
    when motive = 'troll' then case when uniform('smear', wording_key) < 0.15 then 'smear' else 'troll' end
    when is_specific then 'plain'
    when tone_1 = 'positive' and source in ('review', 'social')
      and uniform('hype', wording_key) < case motive when 'advocacy' then 0.35 when 'experience' then 0.07 else 0 end then 'hype'
    when tone_1 = 'negative' and source in ('review', 'social') and motive in ('experience', 'farewell')
      and uniform('smear', wording_key) < 0.18 then case when uniform('rant', wording_key) < 0.35 then 'troll' else 'smear' end
    when tone_1 = 'negative' and motive in ('experience', 'complaint', 'farewell') and uniform('sarcasm', wording_key) < 0.1 then 'sarcasm'
    else 'plain'
  end as speech,
  case source
    when 'survey' then uniform('comment', message_key) < 0.5
    when 'call' then motive <> 'experience' or form is null
    when 'review' then has_words(wording_key) or not is_genuine and uniform('stars only', wording_key) >= 0.05
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
      then coalesce(customer_id, case when is_verified then code('C', 'customer', pick('borrowed', message_key, all_customers())) end)
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
