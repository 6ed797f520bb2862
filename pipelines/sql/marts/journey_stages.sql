-- Step by step through the journeys of the last 365 days that are over: how many get there, what goes wrong, who goes on to what, who
-- gives up, and how content people are around it.
-- stage: need, research, purchase, use or support
-- kind: kind of step; null for all of the stage
-- side: online, offline or email; all for all together
-- journeys: journeys with such a step
-- steps: such steps
-- problem_share: of the steps, those with a problem, 0 to 1
-- abandoned_share: of the steps, those abandoned, 0 to 1
-- dropped_share: of the journeys, those that end with such a step without an order, 0 to 1
-- switched_share: of the steps that have one after them, those followed by one on another channel, 0 to 1
-- median_hours_to_next: hours to the step that follows
-- next_stage: the stage that most often follows, null where nothing does
-- next_share: of the steps that have one after them, 0 to 1
-- satisfaction: mean CSAT, 1 to 5, of answers within two weeks of such a step
-- answers: how many
-- satisfaction_low: lower end of the mean's 95% interval
-- satisfaction_high: upper end
-- caveat: why a number is not shown, null where all are
with steps as (
    select
        stage,
        kind,
        side,
        hash(customer_id, journey) as journey,
        customer_id,
        occurred_at,
        outcome,
        is_last and not has_bought as is_drop,
        lead(stage) over by_step as next_stage,
        lead(hours_since) over by_step as hours_to_next,
        lead(channel) over by_step <> channel as is_switched
    from journey_steps
    where is_over
    window by_step as (partition by customer_id, journey order by step)
),

counted as (
    select
        stage,
        kind,
        case when grouping(side) = 0 then side else 'all' end as side,
        count(distinct journey) as journeys,
        count(*) as steps,
        avg((outcome = 'problem')::integer) as problem_share,
        avg((outcome = 'abandoned')::integer) as abandoned_share,
        count(*) filter (is_drop) as dropped,
        avg(is_switched::integer) as switched_share,
        median(hours_to_next) as median_hours_to_next,
        count(next_stage) as followed
    from steps
    group by grouping sets ((stage, kind, steps.side), (stage, kind), (stage, steps.side), (stage))
),

onward as (
    select
        stage,
        kind,
        case when grouping(side) = 0 then side else 'all' end as side,
        next_stage,
        count(*) as n
    from steps
    where next_stage is not null
    group by grouping sets ((stage, kind, steps.side, next_stage), (stage, kind, next_stage), (stage, steps.side, next_stage), (stage, next_stage))
    qualify row_number() over (partition by stage, kind, case when grouping(side) = 0 then side else 'all' end order by n desc, next_stage) = 1
),

csat as (
    select customer_id, occurred_at, csat
    from feedback
    where
        csat is not null and brand = 'own' and customer_id is not null
        and occurred_at < $as_of::date + interval 1 day
        and occurred_at >= $as_of::date + interval 1 day - interval 365 day
),

-- An answer counts once for each kind of step, however many there were.
judged as (
    select distinct steps.stage, steps.kind, steps.side, csat.customer_id, csat.occurred_at, csat.csat
    from csat
    join steps
        on steps.customer_id = csat.customer_id
        and steps.occurred_at <= csat.occurred_at
        and steps.occurred_at > csat.occurred_at - interval 14 day
),

judged_each_way as (
    select * from judged
    union all by name
    select distinct on (stage, kind, customer_id, occurred_at) * replace ('all' as side) from judged
    union all by name
    select distinct on (stage, side, customer_id, occurred_at) * replace (null as kind) from judged
    union all by name
    select distinct on (stage, customer_id, occurred_at) * replace (null as kind, 'all' as side) from judged
),

contentment as (
    select
        stage,
        kind,
        side,
        avg(csat) as satisfaction,
        count(*) as answers,
        1.96 * stddev_samp(csat) / sqrt(count(*)) as error
    from judged_each_way
    group by stage, kind, side
),

final as (
    select
        counted.stage,
        counted.kind,
        counted.side,
        counted.journeys,
        counted.steps,
        case when journeys >= $min_group_size::integer then round(problem_share, 4) end as problem_share,
        case when journeys >= $min_group_size::integer then round(abandoned_share, 4) end as abandoned_share,
        case when journeys >= $min_group_size::integer then round(dropped / journeys, 4) end as dropped_share,
        case when followed >= $min_group_size::integer then round(switched_share, 4) end as switched_share,
        case when followed >= $min_group_size::integer then round(median_hours_to_next, 1) end as median_hours_to_next,
        onward.next_stage,
        case when followed >= $min_group_size::integer then round(onward.n / followed, 4) end as next_share,
        case when answers >= $min_group_size::integer then round(satisfaction, 3) end as satisfaction,
        coalesce(answers, 0) as answers,
        case when answers >= $min_group_size::integer then round(satisfaction - error, 3) end as satisfaction_low,
        case when answers >= $min_group_size::integer then round(satisfaction + error, 3) end as satisfaction_high,
        case
            when journeys < $min_group_size::integer then 'fewer than ' || $min_group_size::integer || ' journeys'
            when coalesce(answers, 0) < $min_group_size::integer then 'fewer than ' || $min_group_size::integer || ' answers'
        end as caveat
    from counted
    left join onward
        on onward.stage = counted.stage
        and onward.kind is not distinct from counted.kind
        and onward.side = counted.side
    left join contentment
        on contentment.stage = counted.stage
        and contentment.kind is not distinct from counted.kind
        and contentment.side = counted.side
)

select * from final order by stage, kind, side
