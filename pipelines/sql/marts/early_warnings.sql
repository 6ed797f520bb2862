-- What is about to blow up, and what was on past nights: one row for each day of alarm and series, as the test of that day saw it,
-- with nothing of later days. Over all series together a false alarm comes once in a year at most, where the baseline is right
-- (method: analyses/early_warnings.yaml). Alarm days of a series at most a week apart are one alarm.
-- series: what is counted: mentions of a topic, messages, cases, contacts with the support, problems (see warning_events)
-- topic: what it is about; null for contacts at large
-- kind: kind of touchpoint, for problems; null elsewhere
-- channel: where it comes in; null for all channels together
-- warned_on: the day of alarm
-- began_on: the day on which the growth most likely began
-- first_warned_on: first day of this alarm
-- delay_days: days from the likely beginning to the first warning
-- count: events on the day of alarm
-- expected: events that stood to be expected that day
-- count_since: events since began_on
-- expected_since: events that stood to be expected since began_on
-- times: the one by the other
-- once_in_days: days that pass on average, at least, until chance shows as much in any series
with tests as (
    select
        series,
        topic,
        kind,
        channel,
        warned_on::date as warned_on,
        began_on::date as began_on,
        count::bigint as count,
        round(expected, 3) as expected,
        count_since::bigint as count_since,
        round(expected_since, 3) as expected_since,
        round(count_since / nullif(expected_since, 0), 2) as times,
        round(once_in_days)::bigint as once_in_days
    from warning_tests
),

marked as (
    select
        *,
        coalesce(
            warned_on - lag(warned_on) over (partition by series, topic, kind, channel order by warned_on) > 7, true
        ) as is_new
    from tests
),

numbered as (
    select
        *,
        sum(is_new::integer) over (
            partition by series, topic, kind, channel order by warned_on rows unbounded preceding
        ) as alarm
    from marked
),

final as (
    select
        series,
        topic,
        kind,
        channel,
        warned_on,
        began_on,
        min(warned_on) over alarms as first_warned_on,
        min(warned_on) over alarms - first_value(began_on) over (
            partition by series, topic, kind, channel, alarm order by warned_on
        ) as delay_days,
        count,
        expected,
        count_since,
        expected_since,
        times,
        once_in_days
    from numbered
    window alarms as (partition by series, topic, kind, channel, alarm)
)

select * from final order by warned_on, series, topic, kind, channel
