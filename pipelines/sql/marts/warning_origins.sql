-- What to look at: for each alarm of the last seven days, where the growth comes from. Each store, product, carrier and channel is
-- compared with itself in the 84 days before the growth began.
-- series: as in warning_events
-- topic: as in warning_events
-- kind: as in warning_events
-- channel: of the alarm; null for all channels together
-- first_warned_on: first day of the alarm
-- origin: what is compared: store_id, product_id, carrier or channel
-- origin_value: which one
-- n: its events since the growth began
-- expected: events in as many days, at its rate of the 84 days before
-- excess: the one less the other
-- share: of the alarm's whole excess, 0 to 1; null where there is none
-- rank: 1 for the origin with the largest excess of its kind, up to 5
-- evidence: one event to look at, the newest: id of a message, case, touchpoint or order
-- caveat: why the comparison says little, null where it says something
with alarms as (
    select *, $as_of::date - began_on + 1 as days_since from warning_alarms where is_current
),

events as (
    select
        alarms.series,
        alarms.topic,
        alarms.kind,
        alarms.channel,
        alarms.first_warned_on,
        alarms.days_since,
        warning_events.day >= alarms.began_on as is_since,
        warning_events.day,
        warning_events.event_id,
        warning_events.store_id,
        warning_events.product_id,
        warning_events.carrier,
        warning_events.channel as event_channel
    from alarms
    join warning_events
        on warning_events.series = alarms.series
        and warning_events.topic is not distinct from alarms.topic
        and warning_events.kind is not distinct from alarms.kind
        and (alarms.channel is null or warning_events.channel = alarms.channel)
    where warning_events.day >= alarms.began_on - 84
),

sides as (
    select *, 'store_id' as origin, store_id as origin_value from events where store_id is not null
    union all by name
    select *, 'product_id' as origin, product_id as origin_value from events where product_id is not null
    union all by name
    select *, 'carrier' as origin, carrier as origin_value from events where carrier is not null
    union all by name
    select *, 'channel' as origin, event_channel as origin_value from events where channel is null
),

whole as (
    select
        series,
        topic,
        kind,
        channel,
        first_warned_on,
        count(*) filter (is_since) - count(*) filter (not is_since) * any_value(days_since) / 84.0 as excess
    from events
    group by series, topic, kind, channel, first_warned_on
),

compared as (
    select
        series,
        topic,
        kind,
        channel,
        first_warned_on,
        origin,
        origin_value,
        count(*) filter (is_since) as n,
        round(count(*) filter (not is_since) * any_value(days_since) / 84.0, 2) as expected,
        max_by(event_id, (day, event_id)) filter (is_since) as evidence
    from sides
    group by series, topic, kind, channel, first_warned_on, origin, origin_value
),

ranked as (
    select
        *,
        n - expected as excess,
        row_number() over (
            partition by series, topic, kind, channel, first_warned_on, origin order by n - expected desc, origin_value
        ) as rank
    from compared
    where n > expected
),

final as (
    select
        ranked.series,
        ranked.topic,
        ranked.kind,
        ranked.channel,
        ranked.first_warned_on,
        ranked.origin,
        ranked.origin_value,
        ranked.n,
        ranked.expected,
        round(ranked.excess, 2) as excess,
        round(case when whole.excess > 0 then ranked.excess / whole.excess end, 4) as share,
        ranked.rank,
        ranked.evidence,
        case when ranked.n < $min_group_size::integer then 'fewer than ' || $min_group_size::integer || ' events' end as caveat
    from ranked
    join whole
        on whole.series = ranked.series
        and whole.topic is not distinct from ranked.topic
        and whole.kind is not distinct from ranked.kind
        and whole.channel is not distinct from ranked.channel
        and whole.first_warned_on = ranked.first_warned_on
    where ranked.rank <= 5
)

select * from final order by series, topic, kind, channel, first_warned_on, origin, rank
