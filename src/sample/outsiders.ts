import { competitors, products, storeCount } from "./catalogue.js";
import { firstNumber, type Part } from "./parts.js";
import { messageKinds, oneOf } from "./voices.js";

const employeeTopics = [
  "queue",
  "queue",
  "staff",
  "assortment",
  "refund",
  "billing",
  "delivery",
  "app",
  "store",
  "product_quality",
];
const publicTopics = [
  "price",
  "delivery",
  "staff",
  "product_quality",
  "assortment",
  "website",
  "support",
  "store",
];

/**
 * `outsider_message`: fakes, trolls, prospects, employees, competitors, and what is said about competitors.
 *
 * Fakes come in campaigns, bought (praise) or from rivals (blame): most within a few days, the others dripping over
 * months, most on one product; a third repeat the first such of their campaign, word for word but for slips. There are
 * about nine genuine reviews to each. Competitors also speak up under their own colours, to draw customers away.
 * Each part of a world has its own, in proportion to what its customers say.
 */
export function outsiderMessageTables(part: Part): string {
  const first = firstNumber(part);
  return `
-- As the shop grows, others speak more of it, as its customers do: the time of a message tells nothing of who wrote it.
create macro moment_of(purpose, key) as seconds(starts_at(), 86400 * data_days() * uniform(purpose, key) ** 0.62);

create table volume as
select
  (select ceil(count(*) * 0.115)::bigint from own_message where source = 'review') as fakes,
  greatest(6, (select count(*) from own_message) // 22) as trolls,
  greatest(6, (select count(*) from own_message) // 18) as prospects,
  greatest(6, (select count(*) from own_message) // 16) as employees,
  greatest(6, (select count(*) from own_message) // 12) as elsewhere,
  greatest(4, (select count(*) from own_message) // 45) as competitors;

create table campaign as
with numbered as (
  select unnest(range(${first}, ${first} + campaigns)) as campaign_no, campaigns
  from (select greatest(4, fakes // 9) as campaigns from volume)
)
select
  campaign_no,
  campaigns,
  case when uniform('campaign motive', campaign_no) < 0.58 then 'bought' else 'rival' end as motive,
  1 + pick('campaign product', campaign_no, ${products.length}) as product_no,
  ${oneOf(["product_quality", "product_quality", "delivery", "support", "price"], "campaign topic", "campaign_no")} as topic,
  case when uniform('campaign language', campaign_no) < 0.27 then 'en' else 'it' end as language,
  moment_of('campaign time', campaign_no) as started_at
from numbered;

create table fake as
with drawn as (
  select
    range as fake_no,
    ${first} + pick('campaign', range, campaigns) as campaign_no,
    uniform('copies', range) < 0.33 as is_copy
  from range(${first}, ${first} + (select fakes from volume)), (select any_value(campaigns) as campaigns from campaign)
),
timed as (
  select
    drawn.*,
    motive,
    topic,
    campaigns,
    case when uniform('strays', fake_no) < 0.25 then 1 + pick('stray product', fake_no, ${products.length}) else product_no end as product_no,
    case when not is_copy and uniform('other language', fake_no) < 0.2
      then case language when 'it' then 'en' else 'it' end
      else language
    end as language,
    seconds(started_at, 86400 * case when uniform('drips', fake_no) < 0.42 then 75 * normal('drip time', fake_no)
      else 2 * exponential('fake time', fake_no) end) as occurred_at
  from drawn
  join campaign using (campaign_no)
)
select
  *,
  fake_no * 32 + ${messageKinds.fake} as message_key,
  case when is_copy then first_value(fake_no) over (partition by campaign_no, is_copy order by occurred_at, fake_no)
    else fake_no end as wording_no
from timed
where occurred_at between starts_at() and ends_at();

create table outsider_message as
select
  message_key,
  'review' as source,
  'own' as brand,
  case motive when 'rival' then 'competitor' else 'prospect' end as speaker,
  motive,
  false as is_genuine,
  occurred_at,
  (${first} + pick('fake account', fake_no, 1 + campaigns * 6)) * 16 + 1 as author_key,
  product_no,
  null::integer as store_no,
  language,
  topic as topic_1,
  case motive when 'rival' then 'negative' else 'positive' end as tone_1,
  case when uniform('fake second topic', wording_no) < 0.3 then ${oneOf(publicTopics, "fake other topic", "wording_no")} end as topic_2,
  uniform('fake detail', wording_no) < 0.2 as is_specific,
  case motive
    when 'rival' then (array[1, 1, 2, 1, 2, 1, 3])[1 + pick('fake stars', fake_no, 7)]
    else (array[5, 5, 4, 5, 5, 4, 5])[1 + pick('fake stars', fake_no, 7)]
  end as stars,
  case when wording_no <> fake_no then wording_no * 32 + ${messageKinds.fake} end as copy_of
from fake
union all
select
  range * 32 + ${messageKinds.troll}, ${oneOf(["social", "social", "social", "chat", "review"], "troll source", "range")}, 'own', 'troll', 'troll', false,
  moment_of('troll time', range),
  (${first} + floor(trolls / 6 * uniform('troll account', range) ** 2)::bigint) * 16 + 2,
  null, null, ${oneOf(["it", "it", "it", "en"], "troll language", "range")}, null, null, null, false, 1, null
from volume, range(${first}, ${first} + (select trolls from volume))
union all
select
  range * 32 + ${messageKinds.prospect}, ${oneOf(["social", "chat", "call", "social"], "prospect source", "range")}, 'own', 'prospect', 'enquiry', true,
  moment_of('prospect time', range),
  range * 16 + 3,
  1 + pick('prospect product', range, ${products.length}), null, ${oneOf(["it", "it", "it", "en"], "prospect language", "range")},
  ${oneOf(publicTopics, "prospect topic", "range")}, 'neutral', null, uniform('prospect detail', range) < 0.4, null, null
from range(${first}, ${first} + (select prospects from volume))
union all
select
  range * 32 + ${messageKinds.employee}, 'employee', 'own', 'employee', 'report', true,
  moment_of('employee time', range),
  pick('employee', range, ${storeCount * 5}) * 16 + 4,
  1 + pick('employee product', range, ${products.length}), 1 + pick('employee', range, ${storeCount * 5}) % ${storeCount},
  case when uniform('employee tongue', pick('employee', range, ${storeCount * 5})) < 0.22 then 'en' else 'it' end,
  ${oneOf(employeeTopics, "employee topic", "range")}, case when uniform('employee tone', range) < 0.62 then 'negative' else 'positive' end,
  null, uniform('employee detail', range) < 0.4, null, null
from range(${first}, ${first} + (select employees from volume))
union all
select
  range * 32 + ${messageKinds.elsewhere}, ${oneOf(["review", "review", "social"], "elsewhere source", "range")},
  ${oneOf(competitors, "elsewhere brand", "range")}, 'prospect', 'about a competitor', true,
  moment_of('elsewhere time', range),
  range * 16 + 5,
  1 + pick('elsewhere product', range, ${products.length}), null, ${oneOf(["it", "it", "it", "en"], "elsewhere language", "range")},
  ${oneOf(publicTopics, "elsewhere topic", "range")}, case when uniform('elsewhere tone', range) < 0.5 then 'negative' else 'positive' end,
  case when uniform('elsewhere second', range) < 0.3 then ${oneOf(publicTopics, "elsewhere other topic", "range")} end,
  uniform('elsewhere detail', range) < 0.3, null, null
from range(${first}, ${first} + (select elsewhere from volume))
union all
select
  range * 32 + ${messageKinds.competitor}, 'social', 'own', 'competitor', 'poaching', false,
  moment_of('poaching time', range),
  pick('competitor account', range, 12) * 16 + 6,
  1 + pick('poaching product', range, ${products.length}), null, ${oneOf(["it", "it", "it", "en"], "poaching language", "range")},
  ${oneOf(publicTopics, "poaching topic", "range")}, 'negative', null, uniform('poaching detail', range) < 0.4, null, null
from range(${first}, ${first} + (select competitors from volume));
`;
}
