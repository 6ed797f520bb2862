import { allProvinces, storeCount } from "./catalogue.js";
import { earlierDays } from "./calendar.js";
import type { Part } from "./parts.js";

const givenMale =
  "Marco Luca Paolo Andrea Giorgio Stefano Davide Matteo Franco Enzo Pietro Sergio Dario Nino Ivan Carlo";
const givenFemale =
  "Anna Giulia Laura Chiara Sara Elena Marta Paola Silvia Irene Rosa Nadia Carla Lucia Teresa Bianca";
const family =
  "Rossi Bianchi Ferri Gallo Costa Fontana Riva Moretti Barbieri Rinaldi Caruso Greco Longo Leone Serra Villa Conti Marini Bruno Grassi Pellegrini Testa Silvestri Farina Rizzi Monti Cattaneo Neri Sala Parisi";

function list(words: string): string {
  return `[${words
    .split(" ")
    .map((word) => `'${word}'`)
    .join(", ")}]`;
}

/** Macros for what a person, of whom nothing but a key is known, is called. */
export const nameMacros = `
create macro is_woman(key) as uniform('woman', key) < 0.52;
create macro given_name(key) as
  (case when is_woman(key) then ${list(givenFemale)} else ${list(givenMale)} end)[1 + pick('given', key, 16)];
create macro family_name(key) as (${list(family)})[1 + pick('family', key, 30)];
create macro phone_of(key) as '+39 3' || lpad(pick('telephone', key, 1000000000)::varchar, 9, '0');
create macro email_of(key) as
  lower(given_name(key) || '.' || family_name(key)) || pick('mail number', key, 9000)
    || '@' || ['posta.example', 'mail.example', 'casa.example'][1 + pick('mail host', key, 3)];
create macro handle_of(key) as
  lower(
    left(given_name(key), 1 + pick('handle cut', key, 5))
    || ['_', '.', '', '-'][1 + pick('handle join', key, 4)]
    || family_name(key)
  ) || pick('handle number', key, 100);
`;

/**
 * `customer`: one row a CRM record, with what the records show and the latent traits that drive behaviour:
 * `pace` (purchases a day), `quit` (chance to stop after a purchase), `wealth`, `content` (standing satisfaction)
 * and `vocal` (0 silent to 1 loud).
 *
 * Three in a hundred records belong to a person who has another record already (`person_no`); relatives share
 * telephones and some addresses are mistyped.
 */
export function customerTables({ first, end }: Part): string {
  return `
create table customer as
with drawn as (
  select
    range::bigint as customer_no,
    uniform('segment', range) as segment_draw,
    uniform('area', range) as area_draw,
    uniform('channel', range) as channel_draw,
    normal('wealth', range) as wealth,
    normal('content', range) as temper,
    uniform('vocal', range) as vocal,
    is_woman(range) as is_woman
  from range(${first}, ${end})
),
placed as (
  select
    *,
    case when segment_draw < 0.60 then 'consumer'::segment when segment_draw < 0.87 then 'family'::segment else 'business'::segment end as segment,
    case when area_draw < 0.45 then 'north'::area when area_draw < 0.70 then 'centre'::area else 'south'::area end as area
  from drawn
),
lived as (
  select
    *,
    case
      when segment = 'business'::segment and channel_draw < 0.45 then 'web'::term
      when segment = 'business'::segment and channel_draw < 0.70 then 'phone'::term
      when channel_draw < 0.36 then 'store'::term
      when channel_draw < 0.72 then 'web'::term
      when channel_draw < 0.95 then 'app'::term
      else 'phone'::term
    end as channel
  from placed
),
paced as (
  select
    *,
    (0.2 + 0.8 * gamma('pace', customer_no))
      * case segment when 'consumer'::segment then 1.0 / 60 when 'family'::segment then 1.0 / 44 else 1.0 / 38 end
      * case channel when 'app'::term then 1.2 when 'web'::term then 1.1 else 0.9 end
      * case area when 'south'::area then 0.9 else 1.0 end
 as pace,
    temper
      + case channel when 'app'::term then 0.35 when 'web'::term then 0.05 when 'store'::term then -0.2 else -0.25 end
      + case segment when 'business'::segment then -0.3 else 0.05 end as content,
    case segment when 'consumer'::segment then 0.05 when 'family'::segment then 0.035 else 0.03 end * exp(-0.35 * temper) as quit,
    case when uniform('old customer', customer_no) < 0.24
      then uniform('registered', customer_no) * ${earlierDays}
      else ${earlierDays} + uniform('registered', customer_no) ** 0.5 * (data_days() - 20)
    end as registered_day
  from lived
),
sized as (
  select
    *,
    1 + floor(ln(1 - uniform('quits', customer_no)) / ln(1 - quit))::integer as orders_until_quit,
    1 + pick('home store', customer_no, ${storeCount}) as home_store_no,
    uniform('duplicate', customer_no) < 0.03 and customer_no > 0 as is_duplicate
  from paced
)
select
  * exclude (segment_draw, area_draw, channel_draw, temper),
  case when is_duplicate then pick('same person', customer_no, customer_no) else customer_no end as person_no,
  case when uniform('english', customer_no) < 0.22 then 'en' else 'it' end as language,
  code('C', 'customer', customer_no) as customer_id,
  uniform('consent', customer_no) < 0.55 + 0.12 * least(pace * 60, 2) as has_consent
from sized;

create table contact as
select
  customer_no,
  case
    when uniform('no email', customer_no) < 0.07 then null
    when uniform('mistyped', customer_no) < 0.025 or (is_duplicate and uniform('retyped', customer_no) < 0.6)
      then left(email, 2) || substr(email, 4, 1) || substr(email, 3, 1) || substr(email, 5)
    else email
  end as email,
  case
    when uniform('no phone', customer_no) < 0.2 then null
    when segment = 'family'::segment and customer_no > 0 and uniform('shared phone', customer_no) < 0.08
      then phone_of(pick('relative', customer_no, customer_no))
    else phone_of(person_no)
  end as phone,
  case when uniform('has handle', customer_no) < 0.6 then handle_of(person_no) end as handle
from (select *, email_of(person_no) as email from customer);

create table home as
select customer_no, province, city
from customer join province on province_no = case customer.area
  when 'north'::area then pick('province', customer_no, ${countIn("north")})
  when 'centre'::area then ${countIn("north")} + pick('province', customer_no, ${countIn("centre")})
  else ${countIn("north") + countIn("centre")} + pick('province', customer_no, ${countIn("south")})
end;
`;
}

function countIn(area: string): number {
  return allProvinces.filter((province) => province.area === area).length;
}
