-- When contacts (tickets, chats and calls about the own brand) come: each weekday and each month of the year against the usual day.
-- Weekday: contacts on it over the mean day of its week, over whole weeks of the last two years. Month: its days over the mean of
-- the 365 days around each, so that growth is no season (the ratio to moving average; Macaulay 1931). Intervals take
-- weeks, or the weeks within a month, as independent.
-- cycle: weekday or month
-- place: 1 (Monday) to 7, or 1 (January) to 12
-- contacts: counted on such days
-- weeks: weeks that these days lie in
-- index: 1 for a usual day; null where it cannot be told
-- low: 95% interval of the index
-- high: 95% interval of the index
-- caveat: why it cannot be told
with counts as (
    select occurred_at::date as day, count(*) as contacts
    from feedback
    where source in ('ticket', 'chat', 'call') and brand = 'own' and occurred_at < $as_of::date + interval 1 day
    group by day
),

daily as (
    select
        $as_of::date - step::integer as day,
        step::integer // 7 as week,
        coalesce(counts.contacts, 0) as contacts
    from range(0, 728) as steps(step)
    left join counts on counts.day = $as_of::date - step::integer
    where $as_of::date - step::integer >= (select min(day) from counts)
),

usual as (
    select
        *,
        case when count(*) over (partition by week) = 7 then avg(contacts) over (partition by week) end as of_week,
        case when count(*) over of_year = 365 then avg(contacts) over of_year end as of_year
    from daily
    window of_year as (order by day rows between 182 preceding and 182 following)
),

weekly as (
    select 'weekday' as cycle, isodow(day) as place, week, contacts as contacts, of_week as base
    from usual
    where of_week is not null
    union all
    select 'month', month(day), week, sum(contacts), sum(of_year)
    from usual
    where of_year is not null
    group by month(day), week
),

indices as (
    select cycle, place, sum(contacts) / nullif(sum(base), 0) as index
    from weekly
    group by all
),

errors as (
    select
        cycle,
        place,
        any_value(index) as index,
        sum(contacts) as contacts,
        count(*) as weeks,
        sqrt(sum((contacts - index * base) ^ 2) * count(*) / nullif(count(*) - 1, 0)) / nullif(sum(base), 0) as error
    from weekly
    join indices using (cycle, place)
    group by all
),

places as (
    select 'weekday' as cycle, place::integer as place from range(1, 8) as weekdays(place)
    union all
    select 'month', place::integer from range(1, 13) as months(place)
),

final as (
    select
        places.cycle,
        places.place,
        coalesce(errors.contacts, 0)::bigint as contacts,
        coalesce(errors.weeks, 0) as weeks,
        case when errors.weeks >= 2 then round(errors.index, 4) end as index,
        case when errors.weeks >= 2 then round(greatest(errors.index - 1.96 * errors.error, 0), 4) end as low,
        case when errors.weeks >= 2 then round(errors.index + 1.96 * errors.error, 4) end as high,
        case
            when coalesce(errors.weeks, 0) < 2 and places.cycle = 'month' then 'no two years around this month'
            when coalesce(errors.weeks, 0) < 2 then 'fewer than two whole weeks'
            when errors.index is null then 'no contacts'
        end as caveat
    from places
    left join errors using (cycle, place)
)

select * from final order by cycle desc, place
