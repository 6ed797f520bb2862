import { products } from "./catalogue.js";

/** The number of an order's line that stands for the return of its first. */
const returnNo = 5;

const mostLines = 4;

/** The numbers of an order's lines, by how many there are, and then the same with a return. */
const lineLists = [[], [returnNo]].flatMap((returned) =>
  Array.from({ length: mostLines }, (_, last) => [
    ...Array.from({ length: last + 1 }, (_, line) => line + 1),
    ...returned,
  ]),
);

/**
 * `sale`: the lines of orders and the returns up to the last day, as the file of transactions has them apart from ids.
 *
 * Discounts run in January, July and November. The first line is the one that may come back.
 */
export function saleTables(): string {
  return `
create table sale as
with sized as (
  select
    order_key, customer_no, segment, channel, store_no, product_no, is_anonymous, ordered_at, returned_at, carrier_no, promised_on,
    case when delivered_at <= ends_at() then delivered_at end as delivered_at,
    case when month(ordered_at) in (1, 7, 11) then 0.45 else 0.1 end as discount_chance,
    uniform('lines', order_key) as lines_draw
  from purchase
  where ordered_at <= ends_at()
),
counted as (
  select *, case when lines_draw < 0.78 then 1 when lines_draw < 0.93 then 2 when lines_draw < 0.98 then 3 else ${mostLines} end as lines
  from sized
),
listed as (
  select *, unnest((${JSON.stringify(lineLists)})[lines + case when returned_at <= ends_at() then ${mostLines} else 0 end]) as line_no
  from counted
),
keyed as (
  select
    *,
    line_no = ${returnNo} as is_return,
    order_key * 4 + case when line_no = ${returnNo} then 0 else line_no - 1 end as line_key
  from listed
),
chosen as (
  select
    * replace (case when line_no in (1, ${returnNo}) then product_no else 1 + pick('other product', line_key + 1, ${products.length}) end as product_no),
    case
      when segment = 'business'::segment then 1 + floor(5 * uniform('quantity', line_key) ** 2)
      when uniform('quantity', line_key) < 0.1 then 2
      else 1
    end::integer as quantity,
    case
      when uniform('discounted', line_key) < discount_chance then [5, 10, 10, 15, 20, 30][1 + pick('discount', line_key, 6)]
      else 0
    end as discount_percent
  from keyed
),
priced as (
  select
    chosen.*,
    price * quantity::decimal(3,0) as full_price,
    case when discount_percent = 0 then 0 else round(price * quantity::decimal(3,0) * discount_percent::decimal(3,0) / 100, 2) end::decimal(12,2) as discount
  from chosen
  join product using (product_no)
)
select
  order_key, line_no, customer_no, is_anonymous, case when is_return then 'return'::term else 'purchase'::term end as kind,
  case when is_return then returned_at else ordered_at end as occurred_at, channel, store_no, product_no, quantity,
  (case when is_return then discount - full_price else full_price - discount end)::decimal(12,2) as amount, discount,
  case when not is_return then carrier_no end as carrier_no,
  case when not is_return then promised_on end as promised_on,
  case when not is_return then delivered_at end as delivered_at
from priced;
`;
}

/** Ids are spelled after sorting, which moves numbers faster than text. */
export const transactionsFile = `
select
  spell('T', transaction_no) as transaction_id,
  code('O', 'order', order_key) as order_id,
  case when not is_anonymous then customer_id end as customer_id,
  kind,
  occurred_at,
  channel,
  store_id_of(store_no) as store_id,
  product_id_of(product_no) as product_id,
  category_of(product_no) as category,
  quantity,
  amount,
  discount,
  carrier_of(carrier_no) as carrier,
  promised_on,
  delivered_at
from (
  select sale.*, customer_id, scramble('transaction', order_key * 8 + line_no) as transaction_no
  from sale
  join customer using (customer_no)
  order by occurred_at, transaction_no
)
`;

export const customersFile = `
with bought as (
  select
    customer_no,
    sum(amount) filter (occurred_at > ends_at() - interval 365 day) as spent,
    min(occurred_at) as first_at
  from sale
  group by customer_no
)
select
  customer_id,
  least(seconds(day.on_date::timestamp, 8 * 3600 + pick('registered hour', customer_no, 43200)), first_at) as registered_at,
  segment,
  case when segment <> 'business'::segment and uniform('born', customer_no) < 0.85 then 1943 + pick('birth year', customer_no, 62) end as birth_year,
  city,
  province,
  language,
  email,
  phone,
  handle,
  has_consent as marketing_consent,
  case when spent >= 900 then 'gold' when spent >= 350 then 'silver' else 'base' end as loyalty_tier
from customer
join home using (customer_no)
join contact using (customer_no)
join day on day_no = floor(registered_day)
left join bought using (customer_no)
order by customer_id
`;
