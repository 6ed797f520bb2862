import type { Aspect } from "./aspect.js";

/** Days after a cause's start during which an alarm about its topic, or about contacts at large, is due to it. */
const dueDays = 90;
/** A series that has been silent for longer than this sounds a new alarm. */
const quietDays = 7;
const daysPerQuarter = 365.25 / 4;

/**
 * How soon each cause that begins within the data is warned of, and alarms for which there is no cause. Consecutive
 * days of one series are one alarm.
 */
export const warnings: Aspect = {
  claims: { early_warnings: ["series", "topic", "channel", "warned_on"] },
  sql: `
with span as (
  select min(occurred_at)::date as first_on, max(occurred_at)::date as last_on from true_exposures
),
begun as (
  select cause, topic, is_snowballing, starts_at::date as starts_on, noticeable_on
  from true_causes, span
  where starts_at::date > first_on
),
alarm_day as (
  select distinct series, topic, channel, warned_on::date as warned_on from early_warnings where warned_on is not null
),
marked as (
  select
    *,
    coalesce(warned_on - lag(warned_on) over (partition by series, topic, channel order by warned_on) > ${quietDays}, true) as is_new
  from alarm_day
),
alarm as (
  select
    *,
    exists (
      from begun
      where (begun.topic = marked.topic or marked.topic is null)
        and warned_on between starts_on and starts_on + ${dueDays}
    ) as is_due
  from marked
  where is_new
),
warned as (
  select
    cause,
    begun.topic,
    is_snowballing,
    starts_on,
    noticeable_on,
    min(warned_on) as warned_on,
    min(warned_on) - starts_on as days_from_start,
    min(warned_on) - noticeable_on as days_from_noticeable
  from begun
  left join alarm_day on alarm_day.topic = begun.topic and warned_on between starts_on and starts_on + ${dueDays}
  group by cause, begun.topic, is_snowballing, starts_on, noticeable_on
)
select
  (select count(*)::integer from alarm) as alarms,
  (select count(*) filter (not is_due)::integer from alarm) as false_alarms,
  (select count(*) filter (not is_due) from alarm) / nullif((last_on - first_on + 1) / ${daysPerQuarter}, 0) as false_alarms_per_quarter,
  (select count(*)::integer from early_warnings where warned_on is null) as undated,
  (
    select count(distinct topic)::integer from alarm
    where topic is not null and topic not in (select topic from true_topic union select topic from true_causes)
  ) as unknown_topics,
  (select coalesce(list(warned order by starts_on, cause), []) from warned) as causes
from span`,
};
