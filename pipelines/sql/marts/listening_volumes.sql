-- How much is heard, week by week and channel by channel. Weeks without a message are there with 0.
-- source: survey, review, social, ticket, chat, call or employee
-- period: last day of the week
-- messages: about the own brand
-- authors: different accounts or customers who wrote them
-- reach: people who may have seen them, where the channel tells it
-- messages_year_ago: messages 364 days earlier; null where the data do not reach back
-- change: messages over messages_year_ago, less 1; null where either week has fewer than min_group_size
-- caveat: why there is no comparison with the year before
with counted as (
    select
        source,
        $as_of::date - 7 * (($as_of::date - occurred_at::date) // 7)::integer as period,
        count(*) as messages,
        count(distinct coalesce(author_id, customer_id, feedback_id)) as authors,
        coalesce(sum(reach), 0) as reach
    from feedback
    where brand = 'own' and occurred_at < $as_of::date + interval 1 day
    group by all
),

weeks as (
    select sources.source, reporting_periods.period
    from (select distinct source from counted) as sources
    cross join reporting_periods
    where reporting_periods.grain = 'week'
),

filled as (
    select
        weeks.source,
        weeks.period,
        coalesce(counted.messages, 0) as messages,
        coalesce(counted.authors, 0) as authors,
        coalesce(counted.reach, 0)::bigint as reach
    from weeks
    left join counted using (source, period)
),

final as (
    select
        filled.source,
        filled.period,
        filled.messages,
        filled.authors,
        filled.reach,
        a_year_ago.messages as messages_year_ago,
        case
            when least(filled.messages, a_year_ago.messages) >= $min_group_size::integer
                then round(filled.messages / a_year_ago.messages - 1, 4)
        end as change,
        case
            when a_year_ago.period is null then 'the data do not reach back a year'
            when least(filled.messages, a_year_ago.messages) < $min_group_size::integer
                then 'fewer than ' || $min_group_size::integer || ' messages'
        end as caveat
    from filled
    left join filled as a_year_ago
        on a_year_ago.source = filled.source and a_year_ago.period = filled.period - 364
)

select * from final order by source, period
