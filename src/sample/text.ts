import { competitors } from "./catalogue.js";
import type { PhraseBank } from "./phrases.js";
import type { Slot } from "./shelves.js";
import { oneOf } from "./voices.js";
import type { Session } from "../warehouse/engine.js";

/**
 * `shelf(shelf, first, tickets)` and `ticket(ticket_no, wording, sentence, slots)`: drawing one of a shelf's tickets
 * draws a template evenly and then one of its wordings. `sentence` begins with a capital; `slots` has a bit for each
 * slot within.
 */
export async function loadPhrases(session: Session, bank: PhraseBank): Promise<void> {
  const shelves = [...bank].map(([shelf, templates]) => {
    const most = Math.max(...templates.map((wordings) => wordings.length));
    const tickets = templates.flatMap((wordings) =>
      Array.from({ length: most }, (_, index) => wordings[index % wordings.length] ?? ""),
    );
    return { shelf, tickets };
  });
  const wordings = shelves.flatMap(({ tickets }) => tickets);
  const firsts = shelves.map((_, index) =>
    shelves.slice(0, index).reduce((sum, { tickets }) => sum + tickets.length, 0),
  );
  await session.insert("shelf", [
    { name: "shelf", type: "text", values: shelves.map(({ shelf }) => shelf) },
    { name: "first", type: "number", values: Float64Array.from(firsts) },
    { name: "tickets", type: "number", values: Float64Array.from(shelves, ({ tickets }) => tickets.length) },
  ]);
  await session.insert("ticket", [
    { name: "ticket_no", type: "number", values: Float64Array.from(wordings.keys()) },
    { name: "wording", type: "text", values: wordings },
  ]);
  await session.execute(`
create table main.shelf as select shelf, first::integer as first, tickets from temp.shelf;
create macro sentence(words) as upper(words[1]) || words[2:];
create table main.ticket as
select ticket_no::integer as ticket_no, wording, sentence(wording) as sentence, ${slotBits("wording")} as slots
from temp.ticket;
drop table temp.shelf;
drop table temp.ticket;
`);
}

/** SQL for the number of the ticket that is drawn from a joined shelf. */
function draw(shelf: string): string {
  return `${shelf}.first + pick('${shelf}', wording_key, ${shelf}.tickets)`;
}

const names = ["Marta", "Luca", "Sonia", "Diego", "Ilaria", "Fabio", "Elisa", "Mirko"];
const italianDays = [
  "lunedì",
  "martedì",
  "mercoledì",
  "giovedì",
  "venerdì",
  "sabato",
  "il 3 del mese",
  "il 12",
  "il 20",
];
const englishDays = [
  "on Monday",
  "on Tuesday",
  "on Wednesday",
  "on Thursday",
  "on Friday",
  "on Saturday",
  "on the 3rd",
  "on the 12th",
];

/** Slot name to SQL over a row of `composed`. */
const fillings: Readonly<Record<Slot, string>> = {
  the_product: "case language when 'it' then the_italian else 'the ' || english end",
  of_product: "case language when 'it' then of_italian else 'of the ' || english end",
  product: "case language when 'it' then italian else english end",
  o: "ending",
  it: "case ending when 'a' then 'la' else 'lo' end",
  store: "store_city",
  carrier: "'V' || coalesce(carrier_no, 1 + pick('carrier named', wording_key, 4))",
  days: "(2 + pick('days', wording_key, 9))::varchar",
  minutes: "(15 + 5 * pick('minutes', wording_key, 8))::varchar",
  amount:
    "case when price is null or uniform('other amount', wording_key) < 0.4 then (9 + pick('amount', wording_key, 120))::varchar else floor(price)::integer::varchar end",
  day: `case language when 'it' then ${oneOf(italianDays, "weekday", "wording_key")} else ${oneOf(englishDays, "weekday", "wording_key")} end`,
  order: "coalesce(code('O', 'order', order_key), code('O', 'order named', wording_key))",
  name: oneOf(names, "name", "wording_key"),
  o_name: `['a', 'o'][1 + pick('name', wording_key, ${names.length}) % 2]`,
  rival: oneOf(competitors, "rival", "wording_key"),
  brand: "brand",
  w: "writer_ending",
  w_e: "'e'",
};

/** SQL for the bits of the slots that a template has, in the order of `fillings`. */
function slotBits(template: string): string {
  return Object.keys(fillings)
    .map((slot, index) => `(contains(${template}, '{${slot}}')::integer << ${index})`)
    .join(" | ");
}

/** Common table expressions that put into the `words` of `joined` what slot after slot stands for; the last is `filled`. */
function fillingSteps(): string {
  const slots = Object.entries(fillings);
  return slots
    .map(([slot, value], index) => {
      const from = index === 0 ? "joined" : `filled_${index}`;
      const to = index === slots.length - 1 ? "filled" : `filled_${index + 1}`;
      return `${to} as (
  select * replace (case when slots & ${1 << index} <> 0 then replace(words, '{${slot}}', ${value}) else words end as words)
  from ${from}
)`;
    })
    .join(",\n");
}

/** What a message says is made from these columns; a copy has those of its model. */
const spoken =
  "source, brand, language, order_key, carrier_no, product_no, store_no, customer_no, motive, speech, topic_1, tone_1, topic_2, tone_2, is_specific, happiness";

/**
 * `message_text(message_key, text)`: the words of every message that has some.
 *
 * An opening, one or two statements in the order of the topics, an aside, a closing. The shelves that a bank need not
 * have (sarcasm, questions, what employees and competitors say) fall back on the plain statements about the topic. A third suffer a slip.
 */
export function textTables(): string {
  return `
create table message_text as
with worded as (
  select message_key, message_key as wording_key, language as own_language, tone_1 as own_tone, ${spoken}
  from message
  where has_text and copy_of is null
  union all
  select copy.message_key, model.*
  from (select message_key, copy_of, language, tone_1 from message where has_text and copy_of is not null) as copy
  join (select message_key as wording_key, language as own_language, tone_1 as own_tone, ${spoken} from message where has_text) as model
    on wording_key = copy_of
),
toned as (
  select
    *,
    coalesce(topic_1, 'support') as topic,
    case when tone_1 = 'neutral' then 'positive' else coalesce(tone_1, 'negative') end as tone,
    case when is_specific then 'specific' else 'general' end as detail,
    uniform('voice', wording_key) as voice
  from worded
),
shelved as (
  select
    *,
    case
      when motive = 'about a competitor' then '/rival/' || tone
      when source = 'employee' or motive in ('troll', 'poaching') then null
      when source in ('ticket', 'chat') and voice < 0.6 then '/opening/letter'
      when source = 'call' and voice < 0.8 then '/opening/voice'
      when source in ('review', 'social') and motive <> 'enquiry' and voice < 0.22 then '/opening/plain'
    end as opening_shelf,
    case
      when speech in ('hype', 'smear', 'troll') then '/' || speech
      when speech = 'sarcasm' then '/sarcasm/' || topic
      when motive = 'enquiry' then '/question/' || topic || '/' || detail
      when motive = 'poaching' then '/competitor/' || topic || '/' || detail
      when source = 'employee' then '/employee/' || topic || '/' || tone || '/' || detail
    end as special_shelf,
    '/' || topic || '/' || tone || '/' || detail as plain_shelf,
    case when topic_2 is not null and motive <> 'troll' and source <> 'employee' then '/' || topic_2 || '/' || tone_2 || '/general' end as second_shelf,
    case when source not in ('employee', 'survey') and motive not in ('troll', 'enquiry', 'poaching') and uniform('aside', wording_key) < 0.24 then '/aside' end as aside_shelf,
    case
      when motive = 'farewell' then '/leaving'
      when uniform('leaving', wording_key) < case when motive = 'rival' then 0.15 when happiness < -1.6 then 0.25 else 0 end then '/leaving'
      when source = 'employee' or motive in ('troll', 'enquiry', 'poaching') then null
      when tone = 'positive' and uniform('recommending', wording_key) < case motive when 'advocacy' then 0.4 when 'bought' then 0.25 else 0.06 end then '/recommending'
      when source in ('ticket', 'call', 'chat') and tone = 'negative' and uniform('closing', wording_key) < 0.4 then '/closing/letter'
      when uniform('closing', wording_key) < 0.3 then '/closing/' || tone
    end as closing_shelf
  from toned
),
drawn as (
  select
    shelved.*,
    ${draw("opening")} as opening_no,
    ${draw("statement")} as statement_no,
    ${draw("joiner")} as joiner_no,
    ${draw("second")} as second_no,
    ${draw("aside")} as aside_no,
    ${draw("closing")} as closing_no
  from shelved
  left join shelf as special on special.shelf = language || special_shelf
  left join shelf as statement on statement.shelf = language || case when special.shelf is null then plain_shelf else special_shelf end
  left join shelf as opening on opening.shelf = language || opening_shelf
  left join shelf as joiner
    on joiner.shelf = case when second_shelf is not null then language || case when tone_2 = tone then '/joiner/same' else '/joiner/but' end end
  left join shelf as second on second.shelf = language || second_shelf
  left join shelf as aside on aside.shelf = language || aside_shelf
  left join shelf as closing on closing.shelf = language || closing_shelf
),
composed as (
  select
    message_key,
    wording_key,
    own_language,
    own_tone,
    source,
    brand,
    language,
    order_key,
    carrier_no,
    coalesce(store.city, ['Bergamo', 'Firenze', 'Bari', 'Roma', 'Verona', 'Torino'][1 + pick('city named', wording_key, 6)]) as store_city,
    coalesce(product.italian, 'cuscino') as italian,
    coalesce(the_italian, 'il cuscino') as the_italian,
    coalesce(of_italian, 'del cuscino') as of_italian,
    coalesce(ending, 'o') as ending,
    coalesce(english, 'cushion') as english,
    price,
    case when is_woman(coalesce(customer_no, wording_key)) then 'a' else 'o' end as writer_ending,
    opening.sentence as opening,
    case when opening_no is null then statement.sentence else statement.wording end as statement,
    joiner.wording as joiner,
    case when joiner.wording in ('. ', '! ', '... ') then second.sentence else second.wording end as second_statement,
    aside.sentence as aside,
    closing.sentence as closing,
    statement.slots | coalesce(opening.slots, 0) | coalesce(second.slots, 0) | coalesce(aside.slots, 0)
      | coalesce(closing.slots, 0) | coalesce(joiner.slots, 0) as slots
  from drawn
  join ticket as statement on statement.ticket_no = statement_no
  left join ticket as opening on opening.ticket_no = opening_no
  left join ticket as joiner on joiner.ticket_no = joiner_no
  left join ticket as second on second.ticket_no = second_no
  left join ticket as aside on aside.ticket_no = aside_no
  left join ticket as closing on closing.ticket_no = closing_no
  left join product using (product_no)
  left join store using (store_no)
),
joined as (
  select
    * exclude (opening, statement, joiner, second_statement, aside, closing),
    coalesce(opening || case source when 'review' then ': ' when 'social' then ': ' else ', ' end, '')
      || statement
      || coalesce(joiner || second_statement, '')
      || coalesce('. ' || aside, '')
      || case
        when closing is not null then '. ' || closing
        when statement like '%?' then ''
        else ['.', '', '.', '!'][1 + pick('stop', wording_key, 4)]
      end as words
  from composed
),
${fillingSteps()},
slipping as (
  select
    message_key,
    sentence(words) as text,
    own_language,
    own_tone,
    2 + pick('slip place', message_key, greatest(1, len(words) - 3)) as place,
    case when source = 'employee' then 1 else uniform('slip', message_key) end as slip
  from filled
)
select
  message_key,
  case
    when slip < 0.06 then text[:place - 1] || text[place + 1] || text[place] || text[place + 2:]
    when slip < 0.12 then text[:place - 1] || text[place + 1:]
    when slip < 0.15 then text[:place] || text[place:]
    when slip < 0.20 then translate(text, 'àèéìòù', 'aeeiou')
    when slip < 0.29 then lower(rtrim(text, '.!'))
    when slip < 0.31 and own_tone = 'negative' then upper(text)
    when slip < 0.36 and own_language = 'it' then replace(replace(replace(lower(text), ' non ', ' nn '), ' che ', ' ke '), 'perché', 'xké')
    when slip < 0.36 then replace(replace(replace(lower(text), ' you ', ' u '), ' because ', ' cuz '), ' and ', ' & ')
    when slip < 0.38 then replace(text, '. ', '... ')
    else text
  end as text
from slipping;
`;
}
