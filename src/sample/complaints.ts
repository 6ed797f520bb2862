/**
 * `complaint`: exposures about which the customer got in touch, with the times of the case; `request`: each time that
 * the customer had to get in touch about one, the first opening the case.
 */
export function complaintTables(): string {
  return `
create table complaint as
with opened as (
  select
    *,
    (['phone', 'phone', 'email', 'email', 'web', 'app', 'store']::term[])[1 + pick('complaint channel', exposure_key, 7)] as channel,
    least(9, floor(exponential('handovers', exposure_key) * solving_seconds / 200000))::integer as handovers,
    least(4, 1 + floor(exponential('again', exposure_key) * solving_seconds / 300000))::integer as contacts
  from experience
  where complains
)
select
  *,
  seconds(complained_at, 1800 + least(solving_seconds * 0.5, 30000 * exponential('acknowledged', exposure_key))) as acknowledged_at,
  case when uniform('unsolved', exposure_key) < 0.12 then null else seconds(complained_at, 3600 + solving_seconds) end as resolved_at,
  uniform('reopened', exposure_key) < 0.06 + 0.03 * handovers as is_reopened
from opened;

create table request as
with attempts as (
  select *, unnest(range(contacts)) as n from complaint
),
made as (
  select
    order_key,
    customer_no,
    exposure_key * 8 + n as request_key,
    n,
    complained_at,
    case when n = 0 then channel else (['phone', 'email', 'web']::term[])[1 + pick('request channel', exposure_key * 8 + n, 3)] end as channel
  from attempts
)
select
  order_key,
  customer_no,
  row_number() over (partition by order_key order by request_key) as attempt,
  seconds(complained_at, n * 86400 * (1 + 2 * uniform('request gap', request_key))) as occurred_at,
  channel,
  case channel when 'phone'::term then 'call'::term when 'email'::term then 'message'::term when 'store'::term then 'desk'::term else 'chat'::term end as channel_kind,
  case when channel = 'phone'::term then 3 + round(15 * uniform('request minutes', request_key)) end as minutes
from made
qualify attempt <= 5;
`;
}

export const casesFile = `
select
  code('K', 'case', exposure_key) as case_id,
  customer_id,
  code('O', 'order', order_key) as order_id,
  case when message_key is not null then code('F', 'feedback', message_key) end as feedback_id,
  complaint.channel,
  complained_at as opened_at,
  complained_at + interval 72 hour as promised_by,
  case when acknowledged_at <= ends_at() then acknowledged_at end as acknowledged_at,
  case when resolved_at <= ends_at() then resolved_at end as resolved_at,
  case when is_reopened and resolved_at + interval 5 day <= ends_at() then resolved_at + interval 5 day end as reopened_at,
  handovers,
  contacts
from complaint
join customer using (customer_no)
left join (select message_key, exposure_key from message where exposure_key is not null) using (exposure_key)
where complained_at between starts_at() and ends_at()
order by opened_at, case_id
`;
