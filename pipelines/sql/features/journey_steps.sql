-- The contacts of the last 365 days as journeys: everything a customer did without a pause of more than journey_gap_days belongs to one
-- journey, whatever the channel and the department. Orders are steps of their own.
-- customer_id: who
-- journey: number of the journey among the customer's, from 1
-- step: number of the step within the journey, from 1
-- occurred_at: when
-- stage: need, research, purchase, use or support
-- kind: kind of touchpoint, or order
-- channel: store, web, app, phone or email
-- side: online (web, app), offline (store, phone) or email, which is neither
-- outcome: ok, problem or abandoned
-- order_id: the order it belongs to, null where none is named
-- hours_since: hours since the step before, null for the first
-- is_last: whether the journey ends with it
-- is_over: whether the pause after the journey has passed by tonight
-- has_bought: whether the journey holds an order
with contacts as (
    select
        customer_id,
        occurred_at,
        stage,
        kind,
        channel,
        outcome,
        order_id,
        touchpoint_id as step_id
    from touchpoints
    where occurred_at < $as_of::date + interval 1 day and occurred_at >= $as_of::date + interval 1 day - interval 365 day
),

bought as (
    select
        customer_id,
        ordered_at as occurred_at,
        'purchase' as stage,
        'order' as kind,
        channel,
        'ok' as outcome,
        order_id,
        order_id as step_id
    from orders
    where ordered_at >= $as_of::date + interval 1 day - interval 365 day
),

steps as (
    select * from contacts
    union all by name
    select * from bought
),

apart as (
    select
        *,
        occurred_at - lag(occurred_at) over by_time as pause
    from steps
    window by_time as (partition by customer_id order by occurred_at, step_id)
),

numbered as (
    select
        *,
        sum((pause is null or pause > to_days($journey_gap_days::integer))::integer) over (
            partition by customer_id order by occurred_at, step_id rows unbounded preceding
        ) as journey
    from apart
),

final as (
    select
        customer_id,
        journey::integer as journey,
        (row_number() over by_time)::integer as step,
        occurred_at,
        stage,
        kind,
        channel,
        case when channel in ('store', 'phone') then 'offline' when channel = 'email' then 'email' else 'online' end as side,
        outcome,
        order_id,
        round(epoch(occurred_at - lag(occurred_at) over by_time) / 3600, 2) as hours_since,
        row_number() over by_time = count(*) over journeys as is_last,
        max(occurred_at) over journeys + to_days($journey_gap_days::integer) < $as_of::date + interval 1 day as is_over,
        bool_or(kind = 'order') over journeys as has_bought
    from numbered
    window
        journeys as (partition by customer_id, journey),
        by_time as (partition by customer_id, journey order by occurred_at, step_id)
)

select * from final order by customer_id, journey, step
