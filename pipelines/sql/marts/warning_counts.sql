-- How many people had something to say or went through something, series by series and day by day, days with nobody included: what
-- the daily test of growth reads. A series begins with the first record of its kind in the data.
-- series: as in warning_events
-- topic: as in warning_events
-- kind: as in warning_events
-- channel: as in warning_events; null for all channels together, where there are several
-- day: the day
-- n: contacts that day
-- orders: placed that day: more customers, more contacts; null where none was but ten a day are usual, as such a day is not whole
-- orders_week: orders a day over the seven days before
-- orders_month: orders a day over the 28 days before
with daily as (
    select series, topic, kind, channel, day, count(*) as n
    from warning_events
    group by series, topic, kind, channel, day
),

counted as (
    select
        *,
        min(channel) over (partition by series, topic, kind) <> max(channel) over (partition by series, topic, kind) as has_several
    from daily
),

both_ways as (
    select series, topic, kind, channel, day, n from counted
    union all by name
    select series, topic, kind, null as channel, day, sum(n) as n
    from counted
    group by series, topic, kind, day
    having bool_or(has_several)
),

sold as (
    select ordered_at::date as day, count(*) as orders from orders group by ordered_at::date
),

bounds as (
    select series, min(day) as first_on from counted group by series
),

calendar as (
    select unnest(generate_series((select min(first_on) from bounds), $as_of::date, interval 1 day))::date as day
),

demand as (
    select
        calendar.day,
        coalesce(sold.orders, 0) as orders,
        coalesce(sum(sold.orders) over (order by calendar.day rows between 7 preceding and 1 preceding), 0) / 7 as orders_week,
        coalesce(sum(sold.orders) over (order by calendar.day rows between 28 preceding and 1 preceding), 0) / 28 as orders_month
    from calendar
    left join sold using (day)
),

names as (
    select distinct series, topic, kind, channel from both_ways
),

final as (
    select
        names.series,
        names.topic,
        names.kind,
        names.channel,
        demand.day,
        coalesce(both_ways.n, 0)::bigint as n,
        case when demand.orders > 0 or demand.orders_week < 10 then demand.orders end as orders,
        round(demand.orders_week, 4) as orders_week,
        round(demand.orders_month, 4) as orders_month
    from names
    join bounds using (series)
    join demand on demand.day >= bounds.first_on
    left join both_ways
        on both_ways.series = names.series
        and both_ways.topic is not distinct from names.topic
        and both_ways.kind is not distinct from names.kind
        and both_ways.channel is not distinct from names.channel
        and both_ways.day = demand.day
)

select * from final order by series, topic, kind, channel, day
