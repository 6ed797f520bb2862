-- One row an alarm, past ones included: the days of early_warnings that belong together, how long before its worst week it came, and how
-- fast the series grows.
-- series: as in warning_events
-- topic: as in warning_events
-- kind: as in warning_events
-- channel: where it comes in; null for all channels together
-- first_warned_on: first day of the alarm
-- last_warned_on: last day of the alarm
-- days: days of alarm
-- began_on: likeliest beginning of the growth, as seen on the last day
-- count_since: events from began_on to last_warned_on
-- expected_since: events that stood to be expected in these days
-- times: the one by the other
-- once_in_days: days that pass on average, at least, until chance shows as much in any series
-- delay_days: days from the likely beginning, as seen then, to the first warning
-- peak_on: last day of the worst seven days up to four weeks after the alarm; null while it is current
-- lead_days: days from the first warning to peak_on: the time there was to act
-- doubling_days: days to double, by the last seven days of alarm against the seven before; null where they did not grow
-- is_current: whether it sounded on one of the last seven days
with alarms as (
    select
        series,
        topic,
        kind,
        channel,
        first_warned_on,
        max(warned_on) as last_warned_on,
        count(*) as days,
        max_by(began_on, warned_on) as began_on,
        any_value(delay_days) as delay_days,
        max_by(count_since, warned_on) as count_since,
        max_by(expected_since, warned_on) as expected_since,
        max_by(times, warned_on) as times,
        max(once_in_days) as once_in_days
    from early_warnings
    group by series, topic, kind, channel, first_warned_on
),

weeks as (
    select
        series,
        topic,
        kind,
        channel,
        day,
        sum(n) over (partition by series, topic, kind, channel order by day rows 6 preceding) as week,
        sum(n) over (
            partition by series, topic, kind, channel order by day rows between 13 preceding and 7 preceding
        ) as week_before
    from warning_counts
),

courses as (
    select
        alarms.*,
        alarms.last_warned_on > $as_of::date - 7 as is_current,
        max_by(weeks.day, (weeks.week, -epoch(weeks.day))) as worst_on,
        any_value(weeks.week) filter (weeks.day = alarms.last_warned_on) as week,
        any_value(weeks.week_before) filter (weeks.day = alarms.last_warned_on) as week_before
    from alarms
    join weeks
        on weeks.series = alarms.series
        and weeks.topic is not distinct from alarms.topic
        and weeks.kind is not distinct from alarms.kind
        and weeks.channel is not distinct from alarms.channel
        and weeks.day between alarms.first_warned_on and alarms.last_warned_on + 28
    group by all
),

final as (
    select
        series,
        topic,
        kind,
        channel,
        first_warned_on,
        last_warned_on,
        days,
        began_on,
        count_since,
        expected_since,
        times,
        once_in_days,
        delay_days,
        case when not is_current then worst_on end as peak_on,
        case when not is_current then worst_on - first_warned_on end as lead_days,
        round(case when week > week_before and week_before > 0 then 7 * ln(2) / ln(week / week_before) end, 1)
            as doubling_days,
        is_current
    from courses
)

select * from final order by first_warned_on, series, topic, kind, channel
