-- NPS, CSAT and CES as answered, by window and week, channel, kind of customer, store and product, with 95% intervals that allow for
-- several answers of one customer. An answer counts on the day on which it was asked for, else on which it was given. Follow-ups of those who
-- kept silent are left out: they were chosen by lot. Groups with fewer than min_group_size answers are not shown. Method: adjusted Wald
-- for NPS (Rocks 2016), Wilson (1927) for CSAT, the normal distribution for CES; n is divided by the design effect, the variance of the mean
-- among customers over that among answers, where it is above 1 (Kish 1965).
-- metric: nps (-100 to 100), csat (share of 4 and 5, 0 to 1) or ces (mean of 1 to 7)
-- grain: window of horizon_days, or week
-- period: last day of it
-- dimension: all, channel, segment, store or product
-- group: the channel, segment, store or product; all for everyone
-- n: answers
-- customers: who gave them
-- value: the score; null below the minimum
-- low: 95% interval of the value
-- high: 95% interval of the value
-- caveat: why a value or an interval is not there
with dated as (
    select
        answers.* replace (coalesce(answers.customer_id, answers.feedback_id) as customer_id),
        coalesce(answers.asked_at, answers.answered_at)::date as counted_on,
        customers.segment
    from answers
    left join customers using (customer_id)
    where answers.kind <> 'follow_up'
),

products as (
    select distinct dated.feedback_id, transactions.product_id
    from dated
    join transactions using (order_id)
    where transactions.kind = 'purchase' and transactions.occurred_at < $as_of::date + interval 1 day
    union
    select feedback_id, product_id from dated where product_id is not null
),

grouped as (
    select 'week' as grain, $as_of::date - 7 * (($as_of::date - counted_on) // 7)::integer as period, 'all' as dimension, 'all' as "group",
        customer_id, nps, csat, ces
    from dated
    union all
    select 'window', $as_of::date - $horizon_days::integer * (($as_of::date - counted_on) // $horizon_days::integer)::integer, dimension,
        "group", customer_id, nps, csat, ces
    from (
        select *, 'all' as dimension, 'all' as "group" from dated
        union all
        select *, 'channel', channel from dated where channel is not null
        union all
        select *, 'segment', segment from dated where segment is not null
        union all
        select *, 'store', store_id from dated where store_id is not null
        union all
        select dated.*, 'product', products.product_id from dated join products using (feedback_id)
    )
),

scored as (
    select metric, grain, period, dimension, "group", customer_id, count(score) as n, sum(score)::double as total,
        sum(score * score)::double as squares, count(*) filter (score = 100) as promoters, count(*) filter (score = -100) as detractors
    from (
        unpivot (select grain, period, dimension, "group", customer_id, nps::double as nps, csat::double as csat, ces::double as ces from grouped)
        on nps, csat, ces into name metric value score
    )
    join reporting_periods using (grain, period)
    group by all
),

summed as (
    select
        metric,
        grain,
        period,
        dimension,
        "group",
        sum(n)::double as n,
        count(*)::double as customers,
        sum(total) / sum(n) as mean,
        sum(promoters) / sum(n) as promoter_share,
        sum(detractors) / sum(n) as detractor_share,
        (sum(squares) - sum(total) ^ 2 / sum(n)) / nullif(sum(n) - 1, 0) / sum(n) as plain_variance,
        (sum(total ^ 2) - 2 * sum(total) / sum(n) * sum(n * total) + (sum(total) / sum(n)) ^ 2 * sum(n * n))
            * count(*) / nullif(count(*) - 1, 0) / sum(n) ^ 2 as cluster_variance
    from scored
    group by all
),

effective as (
    select
        *,
        case when plain_variance > 1e-12 then n / greatest(cluster_variance / plain_variance, 1) else n end as effective_n,
        plain_variance <= 1e-12 as are_equal
    from summed
),

bounded as (
    select
        *,
        case metric
            when 'nps' then 100 * effective_n * (promoter_share - detractor_share) / (effective_n + 3)
            when 'csat' then (mean + 1.96 ^ 2 / (2 * effective_n)) / (1 + 1.96 ^ 2 / effective_n)
            else mean
        end as centre,
        case metric
            when 'nps' then 196 * sqrt(
                (
                    (effective_n * (promoter_share + detractor_share) + 1.5) / (effective_n + 3)
                    - (effective_n * (promoter_share - detractor_share) / (effective_n + 3)) ^ 2
                ) / (effective_n + 3)
            )
            when 'csat' then 1.96 * sqrt(mean * (1 - mean) / effective_n + 1.96 ^ 2 / (4 * effective_n ^ 2))
                / (1 + 1.96 ^ 2 / effective_n)
            when 'ces' then case when not are_equal then 1.96 * sqrt(greatest(plain_variance, cluster_variance)) end
        end as margin
    from effective
),

final as (
    select
        metric,
        grain,
        period,
        dimension,
        "group",
        n::bigint as n,
        customers::bigint as customers,
        case when n >= $min_group_size::integer then round(mean, 4) end as value,
        case
            when n >= $min_group_size::integer and margin is not null
                then round(greatest(centre - margin, case metric when 'nps' then -100 when 'csat' then 0 else 1 end), 4)
        end as low,
        case
            when n >= $min_group_size::integer and margin is not null
                then round(least(centre + margin, case metric when 'nps' then 100 when 'csat' then 1 else 7 end), 4)
        end as high,
        case
            when n < $min_group_size::integer then 'fewer than ' || $min_group_size::integer || ' answers'
            when metric = 'ces' and are_equal then 'all answers are equal'
        end as caveat
    from bounded
)

select * from final order by metric, grain, period, dimension, "group"
