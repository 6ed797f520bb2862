-- Who was asked for an opinion and who answered, by window and week, and by channel, kind of customer and store. The channel and store are
-- those of the order last received. Shares of groups with fewer than min_group_size questions are not shown.
-- grain: window of horizon_days, or week
-- period: last day of it
-- dimension: all, channel, segment or store
-- group: the channel, segment or store; all for everyone
-- asked: questions put
-- answered: of them, answered by tonight
-- response_rate: share answered, 0 to 1; null below the minimum
-- response_rate_low: its 95% interval (Wilson 1927)
-- response_rate_high: its 95% interval
-- caveat: why a value is not there, or why it will still grow
with grouped as (
    select 'window' as grain, period, 'all' as dimension, 'all' as "group", is_answered from survey_asks
    union all
    select 'window', period, 'channel', channel, is_answered from survey_asks where channel is not null
    union all
    select 'window', period, 'segment', segment, is_answered from survey_asks where segment is not null
    union all
    select 'window', period, 'store', store_id, is_answered from survey_asks where store_id is not null
    union all
    select 'week', $as_of::date - 7 * (($as_of::date - asked_at::date) // 7)::integer, 'all', 'all', is_answered from survey_asks
),

counted as (
    select grain, period, dimension, "group", count(*) as asked, count(*) filter (is_answered) as answered
    from grouped
    join reporting_periods using (grain, period)
    group by all
),

wilson as (
    select
        *,
        answered / asked as rate,
        (answered / asked + 1.96 ^ 2 / (2 * asked)) / (1 + 1.96 ^ 2 / asked) as centre,
        1.96 * sqrt(answered / asked * (1 - answered / asked) / asked + 1.96 ^ 2 / (4 * asked ^ 2)) / (1 + 1.96 ^ 2 / asked)
            as margin,
        asked >= $min_group_size::integer as is_shown
    from counted
),

final as (
    select
        grain,
        period,
        dimension,
        "group",
        asked,
        answered,
        case when is_shown then round(rate, 4) end as response_rate,
        case when is_shown then round(greatest(centre - margin, 0), 4) end as response_rate_low,
        case when is_shown then round(least(centre + margin, 1), 4) end as response_rate_high,
        case
            when not is_shown then 'fewer than ' || $min_group_size::integer || ' asked'
            when grain = 'week' and period > $as_of::date - 7 then 'answers are still coming in'
        end as caveat
    from wilson
)

select * from final order by grain, period, dimension, "group"
