import { brokenProduct, lateCarrier, mendedCarrier, products, queueStore, storeCount } from "./catalogue.js";

/** Orders that a customer can place on their own account: the key keeps eight bits for the number of the order. */
const mostOrders = 240;

/**
 * `booking`: the orders that every customer would place if no friction made them leave, with all that happens to
 * each (delivery, invoice, queue, return, refund); `visit`: journeys that end without an order.
 *
 * Gaps between orders are Erlang with three stages (people buy more regularly than a Poisson process) in units of
 * effort, so that seasons and weekdays shape them. Orders lie in the data's span or within the unseen days after it.
 */
export function orderTables(): string {
  return `
create table booking as
with planned as (
  select
    customer_no,
    pace,
    (registered_day * 86400)::bigint as registered_second,
    unnest(range(least(
      orders_until_quit,
      ${mostOrders},
      3 + ceil(pace * room + 3 * sqrt(pace * room))::integer
    ))) as n
  from (select *, (select max(day_no) from day) - registered_day as room from customer)
),
gaps as (
  select
    customer_no,
    customer_no * 256 + n as order_key,
    n = 0 as is_first,
    case when n = 0 then registered_second
      else round(86400 * (exponential('gap', order_key) + exponential('second gap', order_key) + exponential('third gap', order_key)) / (3 * pace))
    end as gap
  from planned
),
-- Running sums in the order of customers and of their orders; seconds are whole, so that doubles hold them exactly.
summed as (
  select *, sum(gap) over (rows unbounded preceding) as total from gaps
),
paced as (
  select *, total - max(case when is_first then total - gap end) over (rows unbounded preceding) as effort_seconds
  from summed
),
candidate as (
  select customer_no, order_key, on_date, false as is_won_back
  from paced
  join pace on half = floor(effort_seconds / 43200)::integer
  join day using (day_no)
  where on_date >= starts_at()
  union all
  select customer_no, order_key, on_date, true
  from won_back
),
placed as (
  select
    candidate.*,
    customer.segment,
    customer.area,
    wealth,
    home_store_no,
    case when uniform('usual channel', order_key) < 0.8 then customer.channel
      else (['store', 'store', 'web', 'web', 'app']::term[])[1 + pick('other channel', order_key, 5)]
    end as channel,
    1 + floor(${products.length} * pow(uniform('product', order_key), exp(-0.45 * wealth)))::integer as usual_product_no
  from candidate
  join customer using (customer_no)
),
sited as (
  select
    *,
    seconds(on_date::timestamp, case when channel = 'store'::term
      then 9.5 * 3600 + pick('hour', order_key, 36000)
      else 7 * 3600 + (uniform('hour', order_key) + uniform('later hour', order_key)) * 30600 end) as ordered_at,
    case when channel = 'store'::term then case
      when uniform('usual store', order_key) < 0.85 then home_store_no
      else 1 + pick('other store', order_key, ${storeCount})
    end end as store_no,
    channel <> 'store'::term or uniform('bulky', order_key) < 0.08 as is_delivered,
    case when uniform('popular', order_key) < 0.05 then ${brokenProduct} else usual_product_no end as product_no,
    uniform('carrier', order_key) as carrier_draw
  from placed
),
carried as (
  select
    *,
    case when is_delivered then case area
      when 'north'::area then case when carrier_draw < 0.38 then 1 when carrier_draw < 0.62 then ${mendedCarrier} when carrier_draw < 0.80 then ${lateCarrier} else 4 end
      when 'centre'::area then case when carrier_draw < 0.28 then 1 when carrier_draw < 0.52 then ${mendedCarrier} when carrier_draw < 0.80 then ${lateCarrier} else 4 end
      else case when carrier_draw < 0.18 then 1 when carrier_draw < 0.40 then ${mendedCarrier} when carrier_draw < 0.80 then ${lateCarrier} else 4 end
    end end as carrier_no,
    case when is_delivered then on_date + 3 + pick('lead', order_key, 4) end as promised_on
  from sited
),
late as (
  select
    *,
    uniform('late', order_key)
      < late_rate(carrier_no, segment, ordered_at >= cause_start('late_delivery'), ordered_at >= action_start('carrier_fix')) as is_late
  from carried
),
delivered as (
  select
    *,
    case
      when is_late then seconds((promised_on + 1)::timestamp, 32400 + 86400 * floor(2.2 * exponential('days late', order_key)) + pick('delivery hour', order_key, 32400))
      when is_delivered then seconds(promised_on::timestamp, 32400 - 86400 * pick('days early', order_key, 3) + pick('delivery hour', order_key, 32400))
    end as delivered_at
  from late
),
used as (
  select
    *,
    coalesce(delivered_at, ordered_at) as arrived_at,
    uniform('broken', order_key)
      < case when product_no = ${brokenProduct} and ordered_at >= cause_start('faulty_item') then 0.4 else 0.01 end as is_broken,
    uniform('changed mind', order_key) < case when channel = 'store'::term then 0.04 else 0.085 end as is_unwanted,
    segment = 'business'::segment or uniform('invoice', order_key) < 0.12 as is_invoiced
  from delivered
),
returned as (
  select
    *,
    case when is_broken or is_unwanted
      then seconds(arrived_at, 86400 + 86400 * case when is_broken then 4 else 14 end * uniform('return day', order_key))
    end as returned_at,
    case when is_invoiced then seconds(arrived_at, 3600 + 86400 * 2 * uniform('invoice day', order_key)) end as invoiced_at
  from used
)
select
  customer_no, order_key, is_won_back, ordered_at, segment, channel, product_no, store_no, carrier_no, promised_on, delivered_at,
  arrived_at, returned_at, invoiced_at, is_late, is_broken,
  case when returned_at is not null then seconds(returned_at, 86400 * (4 + 8 * uniform('refund day', order_key))) end as refunded_at,
  is_invoiced and ordered_at >= cause_start('wrong_invoice')
    and uniform('wrong bill', order_key) < case when segment = 'business'::segment then 0.17 else 0.05 end as is_wrong_bill,
  -- Broken items are exchanged or refunded without fail: the effect of one cause must not run through another.
  is_unwanted and not is_broken and uniform('failed refund', order_key)
    < case when ordered_at < cause_start('failed_refund') then 0.03 when channel = 'web'::term then 0.5 else 0.15 end as is_failed_refund,
  store_no is not null and uniform('queue', order_key)
    < queue_rate(store_no, ordered_at >= action_start('store_fix')) * case when isodow(on_date) = 6 then 1.5 else 1 end as is_long_queue,
  channel = 'app'::term and uniform('crash', order_key) < crash_rate(ordered_at) as is_crash,
  store_no is not null and not is_delivered and not is_invoiced and returned_at is null and not is_long_queue
    and uniform('no card', order_key) < 0.06 as is_anonymous
from returned;

create table visit as
with visits as (
  select
    customer_no, order_key, channel,
    seconds(ordered_at, 86400 * (2 + 40 * uniform('visit day', order_key))) as visited_at
  from booking
  where channel in ('web'::term, 'app'::term) and not is_won_back and uniform('visit', order_key) < 0.18
)
select *, channel = 'app'::term and uniform('visit crash', order_key) < crash_rate(visited_at) as is_crash
from visits;
`;
}

/** Macros for rates that change over time. */
export function rateMacros(): string {
  return `
-- Chance that a delivery is late.
create macro late_rate(carrier_no, segment, is_begun, is_mended) as
  case
    when carrier_no is null then 0
    when carrier_no = ${lateCarrier} and is_begun then 0.3
    when carrier_no = ${mendedCarrier} and not is_mended then 0.14
    else 0.02
  end * case when segment = 'business'::segment then 0.8 else 1 end;
-- Chance of a long queue: each store's own, five times smaller where tills were added, highest in one store.
create macro queue_rate(store_no, is_mended) as
  case when store_no = ${queueStore} then 0.5
    when store_no % 2 = 0 and is_mended then 0.04 + 0.02 * uniform('store queue', store_no)
    else 0.06 + 0.14 * uniform('store queue', store_no) + case when store_no % 2 = 0 then 0.18 else 0 end
  end;
-- Chance that an app session crashes: small for long, then twice as high at once and twentyfold after five weeks.
create macro crash_rate(moment_at) as
  case when moment_at < cause_start('app_problem') then 0.03
    else least(0.6, 0.03 * (1 + 19 ** (date_diff('day', cause_start('app_problem'), moment_at) / 35.0)))
  end;
`;
}
