import { products } from "./catalogue.js";

/**
 * `line`: what was in each order, priced; `sale`: lines and returns up to the last day, as the file of transactions
 * has them apart from ids.
 *
 * Discounts run in January, July and November. The first line is the one that may come back.
 */
export function saleTables(): string {
  return `
create table line as
with sized as (
  select
    order_key, customer_no, segment, channel, store_no, product_no, is_anonymous, on_date, ordered_at, returned_at,
    carrier_no, promised_on, delivered_at,
    case when uniform('lines', order_key) < 0.78 then 1 when uniform('lines', order_key) < 0.93 then 2 when uniform('lines', order_key) < 0.98 then 3 else 4 end as lines
  from purchase
  where ordered_at <= ends_at()
),
unnested as (
  select *, unnest(range(1, lines + 1))::integer as line_no from sized
),
chosen as (
  select
    * exclude (product_no),
    order_key * 4 + line_no - 1 as line_key,
    case when line_no = 1 then product_no else 1 + pick('other product', order_key * 4 + line_no, ${products.length}) end as product_no
  from unnested
),
counted as (
  select
    chosen.*,
    product_id,
    category,
    price,
    case
      when segment = 'business' then 1 + floor(5 * uniform('quantity', line_key) ** 2)
      when uniform('quantity', line_key) < 0.1 then 2
      else 1
    end::integer as quantity,
    case
      when uniform('discounted', line_key) < case when month(on_date) in (1, 7, 11) then 0.45 else 0.1 end
      then [5, 10, 10, 15, 20, 30][1 + pick('discount', line_key, 6)]
      else 0
    end as discount_percent
  from chosen
  join product using (product_no)
)
select *, round(price * quantity * discount_percent / 100, 2)::decimal(12,2) as discount
from counted;

create table sale as
select
  order_key, line_no, customer_no, is_anonymous, 'purchase' as kind, ordered_at as occurred_at, channel, store_no, product_id, category, quantity,
  (price * quantity - discount)::decimal(12,2) as amount, discount, carrier_no, promised_on,
  case when delivered_at <= ends_at() then delivered_at end as delivered_at
from line
union all
select
  order_key, 5, customer_no, is_anonymous, 'return', returned_at, channel, store_no, product_id, category, quantity,
  -(price * quantity - discount)::decimal(12,2), discount, null, null, null
from line
where line_no = 1 and returned_at <= ends_at();
drop table line;
`;
}

export const transactionsFile = `
select
  code('T', 'transaction', order_key * 8 + line_no) as transaction_id,
  code('O', 'order', order_key) as order_id,
  case when not is_anonymous then customer_id end as customer_id,
  kind,
  occurred_at,
  sale.channel,
  'S' || lpad(store_no::varchar, 2, '0') as store_id,
  product_id,
  category,
  quantity,
  amount,
  discount,
  'V' || carrier_no as carrier,
  promised_on,
  delivered_at
from sale
join customer using (customer_no)
order by occurred_at, transaction_id
`;

export const customersFile = `
with spending as (
  select customer_no, sum(amount) as spent, min(occurred_at) as first_at
  from sale
  where occurred_at > ends_at() - interval 365 day
  group by customer_no
),
firsts as (
  select customer_no, min(occurred_at) as first_at from sale group by customer_no
)
select
  customer_id,
  least(seconds(day.on_date::timestamp, 8 * 3600 + pick('registered hour', customer_no, 43200)), firsts.first_at) as registered_at,
  segment,
  case when segment <> 'business' and uniform('born', customer_no) < 0.85 then 1943 + pick('birth year', customer_no, 62) end as birth_year,
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
left join spending using (customer_no)
left join firsts using (customer_no)
order by customer_id
`;
