-- Every headline number, defined once: one row for each metric, period and segment. low and high are 95% intervals where the number is an
-- estimate from a sample. Of groups with fewer than min_group_size members the row is there and the value is not.
-- revenue, buyers, orders, messages: in the window; churn: share of active customers who bought nothing in horizon_days, by the day on
-- which that is known; nps, csat, ces: as answered; nps_weighted, csat_weighted, ces_weighted: of everyone who was asked, from
-- answers weighted by the inverse of the modelled chance to answer, and by credibility; nps_followed_up and so on: of everyone who was
-- asked, from answers and from calls to some of the silent, drawn by lot; asked, response_rate: questions put, share answered. A name that
-- ends in _weekly counts a week, not a window.
-- metric: name of the number
-- grain: window of horizon_days, or week
-- period: last day of it
-- segment: all, or a dimension and its value, such as channel: web
-- value: the number, in the unit of the metric; null where it cannot be told
-- low: 95% interval
-- high: 95% interval
-- n: orders, buyers, customers, answers or questions that it rests on
-- target: what is aimed at (policy/targets.yaml); null where nothing is
-- year_ago: the value 360 days (weeks: 364 days) before, for windows of 90 days
-- caveat: why a value or an interval is not there, or how it may mislead
with sales as (
    select
        period,
        coalesce(sum(amount), 0)::double as revenue,
        count(distinct customer_id) filter (kind = 'purchase') as buyers,
        count(distinct order_id) filter (kind = 'purchase') as orders
    from reporting_periods
    join transactions on transactions.occurred_at >= starts_at and transactions.occurred_at < ends_at
    where grain = 'window'
    group by period
),

messages as (
    select grain, period, count(*) as messages
    from (
        select
            'window' as grain,
            $as_of::date
            - $horizon_days::integer * (($as_of::date - occurred_at::date) // $horizon_days::integer)::integer as period
        from feedback
        where brand = 'own' and occurred_at < $as_of::date + interval 1 day
        union all
        select 'week', $as_of::date - 7 * (($as_of::date - occurred_at::date) // 7)::integer
        from feedback
        where brand = 'own' and occurred_at < $as_of::date + interval 1 day
    )
    join reporting_periods using (grain, period)
    group by all
),

churn as (
    select known_on as period, count(*) as n, sum(has_churned::integer) as churned, avg(has_churned::integer) as rate
    from churn_labels
    where has_churned is not null
    group by known_on
),

-- Wilson (1927).
churn_bounds as (
    select
        period,
        n,
        rate,
        (rate + 1.96 ^ 2 / (2 * n)) / (1 + 1.96 ^ 2 / n) as centre,
        1.96 * sqrt(rate * (1 - rate) / n + 1.96 ^ 2 / (4 * n ^ 2)) / (1 + 1.96 ^ 2 / n) as margin
    from churn
),

weighted as (
    select
        score,
        period::date as period,
        case dimension when 'all' then 'all' else dimension || ': ' || "group" end as segment,
        case when status like 'fewer than%' then null else weighted end as weighted,
        weighted_low,
        weighted_high,
        scored,
        followed_up,
        followed_up_low,
        followed_up_high,
        followed_up_n,
        nullif(status, 'estimated') as caveat
    from silent_majority
),

rows as (
    select 'revenue' as metric, 'window' as grain, period, 'all' as segment, revenue as value, null::double as low,
        null::double as high, orders as n, null as caveat
    from sales
    union all
    select 'buyers', 'window', period, 'all', buyers, null, null, buyers, null from sales
    union all
    select 'orders', 'window', period, 'all', orders, null, null, orders, null from sales
    union all
    select case grain when 'week' then 'messages_weekly' else 'messages' end, grain, period, 'all', messages, null, null,
        messages, null
    from messages
    union all
    select 'churn', 'window', period, 'all', rate, greatest(centre - margin, 0), least(centre + margin, 1), n, null
    from churn_bounds
    union all
    select
        metric || case grain when 'week' then '_weekly' else '' end,
        grain,
        period,
        case dimension when 'all' then 'all' else dimension || ': ' || "group" end,
        value,
        low,
        high,
        n,
        caveat
    from scores_by_group
    union all
    select score || '_weighted', 'window', period, segment, weighted, weighted_low, weighted_high, scored, caveat from weighted
    union all
    select score || '_followed_up', 'window', period, segment, followed_up, followed_up_low, followed_up_high, followed_up_n, null
    from weighted
    where followed_up is not null
    union all
    select
        case grain when 'week' then 'response_rate_weekly' else 'response_rate' end,
        grain,
        period,
        case dimension when 'all' then 'all' else dimension || ': ' || "group" end,
        response_rate,
        response_rate_low,
        response_rate_high,
        asked,
        caveat
    from response_rates
    union all
    select
        case grain when 'week' then 'asked_weekly' else 'asked' end,
        grain,
        period,
        case dimension when 'all' then 'all' else dimension || ': ' || "group" end,
        asked,
        null,
        null,
        asked,
        null
    from response_rates
),

final as (
    select
        rows.metric,
        rows.grain,
        rows.period,
        rows.segment,
        round(rows.value, 4) as value,
        round(rows.low, 4) as low,
        round(rows.high, 4) as high,
        rows.n::bigint as n,
        targets.target,
        round(a_year_ago.value, 4) as year_ago,
        rows.caveat
    from rows
    left join targets
        on targets.segment = rows.segment
        and targets.metric
        = case
            when split_part(rows.metric, '_', 1) in ('nps', 'csat', 'ces', 'response') then
                regexp_replace(rows.metric, '_(weighted|followed_up|weekly)$', '')
            else rows.metric
        end
    left join rows as a_year_ago
        on a_year_ago.metric = rows.metric
        and a_year_ago.segment = rows.segment
        and a_year_ago.period
        = case when rows.grain = 'week' then rows.period - 364 when $horizon_days::integer = 90 then rows.period - 360 end
)

select * from final order by metric, period, segment
