-- The alarms that tonight's report tells of, as it tells them: kept in history.warnings_told, which no later correction of the data
-- changes. What the test of a past day says of today's data is in early_warnings.
-- series: as in warning_events
-- topic: as in warning_events
-- kind: as in warning_events
-- channel: where it comes in; null for all channels together
-- first_warned_on: first day of the alarm
-- last_warned_on: last day of the alarm
-- times: events since the likely beginning, by those expected
with final as (
    select series, topic, kind, channel, first_warned_on, last_warned_on, times
    from warning_alarms
    where is_current
)

select * from final order by series, topic, kind, channel, first_warned_on
