-- Contacts (tickets, chats and calls about the own brand) day by day beside what season and weekday let expect. Expected: the mean of
-- the 28 days before and after, the three nearest on either side left out, each divided by its weekday's index, times the index
-- of the day's own weekday. The limit is exceeded by chance about once in 1,000 days: 3.09 standard deviations of counts as unruly as those
-- of the last year (Pearson's chi-square over its degrees of freedom; McCullagh and Nelder 1989, section 4.5), and one contact more,
-- since counts are whole.
-- source: all, ticket, chat or call
-- day: the day, of the last 365
-- contacts: messages on it
-- expected: usual number for season and weekday; null while fewer than 14 days surround the day
-- limit: beyond which the day is a peak; null likewise
-- is_peak: whether contacts are beyond the limit; null likewise
-- caveat: why there is nothing to expect
with contacts as (
    select source, occurred_at::date as day
    from feedback
    where source in ('ticket', 'chat', 'call') and brand = 'own' and occurred_at < $as_of::date + interval 1 day
),

counts as (
    select coalesce(source, 'all') as source, day, count(*) as contacts
    from contacts
    group by grouping sets ((source, day), (day))
),

spans as (
    select source, greatest(min(day), $as_of::date - 729) as first_on from counts group by source
),

days as (
    select spans.source, $as_of::date - step::integer as day
    from spans
    cross join range(0, 730) as steps(step)
    where $as_of::date - step::integer >= spans.first_on
),

daily as (
    select days.source, days.day, coalesce(counts.contacts, 0) as contacts, isodow(days.day) as weekday
    from days
    left join counts using (source, day)
),

weekdays as (
    select source, weekday, avg(contacts) / nullif(any_value(overall), 0) as weekday_index
    from (select *, avg(contacts) over (partition by source) as overall from daily)
    group by source, weekday
),

levelled as (
    select
        daily.source,
        daily.day,
        daily.contacts,
        weekday_index,
        sum(daily.contacts) over wide - sum(daily.contacts) over near as around,
        sum(weekday_index) over wide - sum(weekday_index) over near as usual_around,
        count(*) over wide - count(*) over near as days_around
    from daily
    join weekdays using (source, weekday)
    window
        wide as (partition by daily.source order by daily.day rows between 28 preceding and 28 following),
        near as (partition by daily.source order by daily.day rows between 3 preceding and 3 following)
),

expecting as (
    select
        *,
        case when days_around >= 14 then weekday_index * around / nullif(usual_around, 0) end as expected
    from levelled
    where day > $as_of::date - 365
),

unruly as (
    select
        source,
        greatest(sum((contacts - expected) ^ 2 / nullif(expected, 0)) / nullif(count(expected) - 7, 0), 1) as dispersion
    from expecting
    group by source
),

limited as (
    select
        expecting.*,
        expected + 3.09 * sqrt(dispersion * expected) + 1 as upper_limit
    from expecting
    join unruly using (source)
),

final as (
    select
        source,
        day,
        contacts,
        round(expected, 2) as expected,
        round(upper_limit, 2) as "limit",
        contacts > upper_limit as is_peak,
        case when expected is null then 'too few days around it' end as caveat
    from limited
)

select * from final order by source, day
