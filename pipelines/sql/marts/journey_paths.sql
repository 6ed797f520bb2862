-- The most travelled paths of the last 365 days: journeys by the stages they pass through, one after the other, with the side of the
-- counter where it changes. Only journeys that are over are counted.
-- rank: 1 for the commonest
-- path: stages in order, repeated ones once, with (online), (offline) or (email) where it begins and where the side of the counter changes
-- journeys: number of journeys
-- share: of all journeys that are over, 0 to 1
-- customers: who made them
-- bought_share: of the journeys, those with an order, 0 to 1
-- problem_share: with at least one problem, 0 to 1
-- crossing_share: with steps both online and offline, 0 to 1
-- median_days: from the first step to the last, days
-- satisfaction: mean answer of those asked during it or in the two weeks after, 1 to 5 (CSAT)
-- answers: how many answered
-- satisfaction_low: lower end of the mean's 95% interval
-- satisfaction_high: upper end
-- caveat: why a number is not shown, null where all are
with sides as (
    select
        *,
        coalesce(
            last_value(nullif(side, 'email') ignore nulls) over (
                partition by customer_id, journey order by step rows unbounded preceding
            ),
            'email'
        ) as counter
    from journey_steps
    where is_over
),

turns as (
    select
        *,
        counter is distinct from lag(counter) over by_step as is_crossing,
        stage is distinct from lag(stage) over by_step or counter is distinct from lag(counter) over by_step as is_turn
    from sides
    window by_step as (partition by customer_id, journey order by step)
),

journeys as (
    select
        customer_id,
        journey,
        string_agg(case when is_crossing then stage || ' (' || counter || ')' else stage end, ' > ' order by step)
            filter (is_turn) as path,
        bool_or(has_bought) as has_bought,
        bool_or(outcome = 'problem') as has_problem,
        count(distinct side) filter (side <> 'email') > 1 as is_crossing,
        min(occurred_at) as began_at,
        max(occurred_at) as ended_at
    from turns
    group by customer_id, journey
),

answers as (
    select
        journeys.customer_id,
        journeys.journey,
        avg(feedback.csat) as csat
    from feedback
    join journeys
        on journeys.customer_id = feedback.customer_id
        and feedback.occurred_at >= journeys.began_at
        and feedback.occurred_at < journeys.ended_at + interval 14 day
    where feedback.csat is not null and feedback.brand = 'own' and feedback.occurred_at < $as_of::date + interval 1 day
    group by journeys.customer_id, journeys.journey
),

paths as (
    select
        path,
        count(*) as journeys,
        count(distinct customer_id) as customers,
        avg(has_bought::integer) as bought_share,
        avg(has_problem::integer) as problem_share,
        avg(is_crossing::integer) as crossing_share,
        median(epoch(ended_at - began_at) / 86400) as median_days,
        avg(csat) as satisfaction,
        count(csat) as answers,
        1.96 * stddev_samp(csat) / sqrt(nullif(count(csat), 0)) as error
    from journeys
    left join answers using (customer_id, journey)
    group by path
),

ranked as (
    select *, row_number() over (order by journeys desc, path) as rank, journeys / sum(journeys) over () as share
    from paths
),

final as (
    select
        rank,
        path,
        journeys,
        round(share, 4) as share,
        customers,
        case when journeys >= $min_group_size::integer then round(bought_share, 4) end as bought_share,
        case when journeys >= $min_group_size::integer then round(problem_share, 4) end as problem_share,
        case when journeys >= $min_group_size::integer then round(crossing_share, 4) end as crossing_share,
        case when journeys >= $min_group_size::integer then round(median_days, 1) end as median_days,
        case when answers >= $min_group_size::integer then round(satisfaction, 3) end as satisfaction,
        answers,
        case when answers >= $min_group_size::integer then round(satisfaction - error, 3) end as satisfaction_low,
        case when answers >= $min_group_size::integer then round(satisfaction + error, 3) end as satisfaction_high,
        case
            when journeys < $min_group_size::integer then 'fewer than ' || $min_group_size::integer || ' journeys'
            when answers < $min_group_size::integer then 'fewer than ' || $min_group_size::integer || ' answers'
        end as caveat
    from ranked
    where rank <= 50
)

select * from final order by rank
