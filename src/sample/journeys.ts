/**
 * `touchpoint`: contacts along the journey up to the last day. Keys are the order's times 16 plus the kind's place.
 */
export function journeyTables(): string {
  return `
create view touchpoint as
with stops as (
  select order_key, 0 as place, customer_no, seconds(ordered_at, -86400 * (1 + 9 * uniform('search day', order_key))) as occurred_at,
    'need'::term as stage, case when channel in ('web'::term, 'app'::term) then channel else 'web'::term end as channel, 'search'::term as kind, 'ok'::term as outcome,
    null::integer as store_no, null::integer as carrier_no, null::integer as product_no, null::double as minutes
  from known_purchase where uniform('search', order_key) < 0.09
  union all
  select order_key, 1, customer_no, seconds(ordered_at, -1800 - 86400 * uniform('page day', order_key)),
    'research'::term, case when channel in ('web'::term, 'app'::term) then channel else 'web'::term end, 'product_page'::term, 'ok'::term, null, null, product_no, null
  from known_purchase where uniform('page', order_key) < 0.1
  union all
  select order_key, 2, customer_no, ordered_at, 'purchase'::term, channel, 'queue'::term,
    case when is_long_queue then 'problem'::term else 'ok'::term end, store_no, null, null,
    case when is_long_queue then 21 + round(30 * uniform('queue minutes', order_key)) else least(18, round(exp(1.3 + 0.6 * normal('queue minutes', order_key)))) end
  from known_purchase where store_no is not null and (is_long_queue or uniform('timed', order_key) < 0.45)
  union all
  select order_key, 3, customer_no, ordered_at, 'purchase'::term, channel, 'session'::term,
    case when is_crash then 'problem'::term else 'ok'::term end, null, null, null, 1 + round(20 * uniform('session minutes', order_key))
  from known_purchase where channel = 'app'::term and (is_crash or uniform('logged', order_key) < 0.5)
  union all
  select order_key, 4, customer_no, ordered_at, 'purchase'::term, channel, 'checkout'::term, 'ok'::term, null, null, null, null
  from known_purchase where channel = 'web'::term and uniform('checkout', order_key) < 0.15
  union all
  select order_key, 5, customer_no, delivered_at, 'purchase'::term, 'email'::term, 'delivery'::term,
    case when is_late then 'problem'::term else 'ok'::term end, null, carrier_no, null, null
  from known_purchase where delivered_at is not null and (is_late or uniform('tracked', order_key) < 0.25)
  union all
  select order_key, 6, customer_no, invoiced_at, 'purchase'::term, 'email'::term, 'invoice'::term,
    case when is_wrong_bill then 'problem'::term else 'ok'::term end, null, null, null, null
  from known_purchase where invoiced_at is not null
  union all
  select order_key, 7, customer_no, returned_at, 'use'::term, channel, 'return'::term,
    case when is_broken then 'problem'::term else 'ok'::term end, store_no, null, product_no, null
  from known_purchase where returned_at is not null
  union all
  select order_key, 8, customer_no, refunded_at, 'support'::term, 'email'::term, 'refund'::term,
    case when is_failed_refund then 'problem'::term else 'ok'::term end, null, null, null, null
  from known_purchase where refunded_at is not null
  union all
  select order_key, 9, customer_no, visited_at, 'research'::term, channel, 'session'::term,
    case when is_crash then 'problem'::term else 'abandoned'::term end, null, null, null, 1 + round(12 * uniform('visit minutes', order_key))
  from visit_made where channel = 'app'::term
  union all
  select order_key, 9, customer_no, visited_at, 'research'::term, channel, 'cart'::term, 'abandoned'::term, null, null, null, null
  from visit_made where channel = 'web'::term
  union all
  select order_key, 10, customer_no, asked_at, 'use'::term, 'email'::term, 'survey'::term, case when is_answered then 'ok'::term else 'abandoned'::term end,
    null, null, null, null
  from invitation
  union all
  select order_key, 10 + attempt, customer_no, occurred_at, 'support'::term, channel, channel_kind, 'problem'::term, null, null, null, minutes
  from request
)
select *
from stops
where occurred_at between starts_at() and ends_at();
`;
}

/** Ids are spelled after sorting, which moves numbers faster than text. */
export const touchpointsFile = `
select
  spell('T', touchpoint_no) as touchpoint_id,
  customer_id,
  occurred_at,
  stage,
  channel,
  kind,
  outcome,
  case when place between 2 and 8 and kind <> 'survey'::term then code('O', 'order', order_key) end as order_id,
  store_id_of(store_no) as store_id,
  carrier_of(carrier_no) as carrier,
  product_id_of(product_no) as product_id,
  minutes
from (
  select touchpoint.*, customer_id, scramble('touchpoint', order_key * 16 + place) as touchpoint_no
  from touchpoint
  join customer using (customer_no)
  order by occurred_at, touchpoint_no
)
`;
