-- Every headline number: one row for each metric and each window of horizon_days, the last ending tonight. `low` and `high`
-- are 95% intervals where the number is an estimate from a sample.
with steps as (
    select step::integer as step from range(0, 8) as steps(step)
),

bounds as (
    select min(occurred_at) as first_at from transactions where kind = 'purchase'
),

-- Only windows that the data covers whole: a half-empty one would look like growth.
windows as (
    select
        step,
        $as_of::date - step * $horizon_days::integer as period,
        $as_of::date - (step + 1) * $horizon_days::integer + interval 1 day as starts_at,
        $as_of::date - step * $horizon_days::integer + interval 1 day as ends_at
    from steps, bounds
    where $as_of::date - (step + 1) * $horizon_days::integer + interval 1 day >= date_trunc('day', first_at)
),

sales as (
    select
        period,
        coalesce(sum(amount), 0)::double as revenue,
        count(distinct customer_id) filter (kind = 'purchase') as buyers,
        count(distinct order_id) filter (kind = 'purchase') as orders
    from windows
    join transactions on transactions.occurred_at >= starts_at and transactions.occurred_at < ends_at
    group by period
),

answers as (
    select
        period,
        count(nps) as nps_n,
        100 * avg((nps >= 9)::integer - (nps <= 6)::integer) as nps,
        100 * stddev_samp((nps >= 9)::integer - (nps <= 6)::integer) / sqrt(nullif(count(nps), 0)) as nps_error,
        count(csat) as csat_n,
        avg((csat >= 4)::integer) as csat,
        sqrt(avg((csat >= 4)::integer) * (1 - avg((csat >= 4)::integer)) / nullif(count(csat), 0)) as csat_error,
        count(ces) as ces_n,
        avg(ces) as ces,
        stddev_samp(ces) / sqrt(nullif(count(ces), 0)) as ces_error,
        count(*) as messages
    from windows
    join feedback on feedback.occurred_at >= starts_at and feedback.occurred_at < ends_at
    where brand = 'own'
    group by period
),

churn as (
    select
        known_on as period,
        count(*) as n,
        avg(has_churned::integer) as rate,
        sqrt(avg(has_churned::integer) * (1 - avg(has_churned::integer)) / count(*)) as error
    from churn_labels
    where has_churned is not null
    group by known_on
),

rows as (
    select 'revenue' as metric, period, revenue as value, null::double as low, null::double as high, orders as n from sales
    union all
    select 'buyers', period, buyers, null, null, buyers from sales
    union all
    select 'orders', period, orders, null, null, orders from sales
    union all
    select 'nps', period, nps, nps - 1.96 * nps_error, nps + 1.96 * nps_error, nps_n from answers where nps_n > 0
    union all
    select 'csat', period, csat, csat - 1.96 * csat_error, csat + 1.96 * csat_error, csat_n from answers where csat_n > 0
    union all
    select 'ces', period, ces, ces - 1.96 * ces_error, ces + 1.96 * ces_error, ces_n from answers where ces_n > 0
    union all
    select 'messages', period, messages, null, null, messages from answers
    union all
    select 'churn', period, rate, rate - 1.96 * error, rate + 1.96 * error, n from churn
),

final as (
    select
        rows.metric,
        rows.period,
        'all' as segment,
        round(rows.value, 4) as value,
        round(rows.low, 4) as low,
        round(rows.high, 4) as high,
        rows.n::bigint as n,
        null::double as target,
        round(a_year_ago.value, 4) as year_ago
    from rows
    left join rows as a_year_ago
        on a_year_ago.metric = rows.metric and a_year_ago.period = rows.period - 4 * $horizon_days::integer and $horizon_days = 90
)

select * from final order by metric, period
