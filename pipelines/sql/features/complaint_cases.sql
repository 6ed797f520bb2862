-- One row a complaint, with what became of it and of the customer, as known tonight.
-- case_id: the case
-- customer_id: who complained, null where unknown
-- order_id: about which order, null where none is named
-- channel: where it came in
-- opened_at: when
-- hours_to_acknowledge: null while it is not
-- hours_to_solve: to the solution, null while there is none or it did not hold
-- promised_acknowledge_hours: by policy/service_levels.yaml
-- promised_solve_hours: the case's own promise, else the policy's
-- is_acknowledged: whether somebody has answered
-- is_solved: whether it is solved and was not reopened
-- is_reopened: whether the solution did not hold
-- is_solved_at_first_contact: solved without a second contact, a hand-over or a reopening
-- kept_acknowledge_promise: null while the time is not up
-- kept_solve_promise: null while the time is not up
-- fate: left (nothing bought in the horizon_days after), forgave (bought, and was content when asked later), stayed (bought), or null: too early or unknown who
with levels as (
    select
        max(promised_hours) filter (step = 'acknowledged' and channel = 'any') as acknowledge_hours,
        max(promised_hours) filter (step = 'solved' and channel = 'any') as solve_hours
    from service_levels
),

received as (
    select
        case_id,
        customer_id,
        order_id,
        channel,
        opened_at,
        promised_by,
        case when acknowledged_at < $as_of::date + interval 1 day then acknowledged_at end as acknowledged_at,
        case when resolved_at < $as_of::date + interval 1 day then resolved_at end as resolved_at,
        coalesce(reopened_at < $as_of::date + interval 1 day, false) as is_reopened,
        coalesce(handovers, 0) as handovers,
        coalesce(contacts, 1) as contacts,
        (epoch($as_of::date + interval 1 day) - epoch(opened_at)) / 3600 as age_hours
    from cases
    where opened_at < $as_of::date + interval 1 day
),

timed as (
    select
        received.*,
        (epoch(acknowledged_at) - epoch(opened_at)) / 3600 as hours_to_acknowledge,
        case when not is_reopened then (epoch(resolved_at) - epoch(opened_at)) / 3600 end as hours_to_solve,
        coalesce(acknowledging.promised_hours, levels.acknowledge_hours) as promised_acknowledge_hours,
        coalesce((epoch(promised_by) - epoch(opened_at)) / 3600, solving.promised_hours, levels.solve_hours)
            as promised_solve_hours
    from received
    cross join levels
    left join service_levels as acknowledging
        on acknowledging.step = 'acknowledged' and acknowledging.channel = received.channel
    left join service_levels as solving on solving.step = 'solved' and solving.channel = received.channel
),

returned as (
    select timed.case_id, min(orders.ordered_at) as returned_at
    from timed
    join orders on orders.customer_id = timed.customer_id
    where
        orders.ordered_at > timed.opened_at
        and orders.ordered_at <= timed.opened_at + to_days($horizon_days::integer)
    group by timed.case_id
),

-- Content: would recommend, rates four fifths or more, or gives four or five points of satisfaction.
content as (
    select distinct timed.case_id
    from timed
    join feedback on feedback.customer_id = timed.customer_id
    where
        feedback.brand = 'own'
        and feedback.occurred_at > coalesce(timed.resolved_at, timed.opened_at)
        and feedback.occurred_at <= timed.opened_at + to_days($horizon_days::integer)
        and feedback.occurred_at < $as_of::date + interval 1 day
        and (feedback.nps >= 7 or feedback.csat >= 4 or feedback.rating / feedback.rating_scale >= 0.8)
),

final as (
    select
        timed.case_id,
        timed.customer_id,
        timed.order_id,
        timed.channel,
        timed.opened_at,
        round(timed.hours_to_acknowledge, 2) as hours_to_acknowledge,
        round(timed.hours_to_solve, 2) as hours_to_solve,
        round(timed.promised_acknowledge_hours, 2) as promised_acknowledge_hours,
        round(timed.promised_solve_hours, 2) as promised_solve_hours,
        timed.acknowledged_at is not null as is_acknowledged,
        timed.resolved_at is not null and not timed.is_reopened as is_solved,
        timed.is_reopened,
        timed.resolved_at is not null and not timed.is_reopened and timed.contacts <= 1 and timed.handovers = 0
            as is_solved_at_first_contact,
        case
            when timed.age_hours >= timed.promised_acknowledge_hours or timed.hours_to_acknowledge is not null
                then coalesce(timed.hours_to_acknowledge <= timed.promised_acknowledge_hours, false)
        end as kept_acknowledge_promise,
        case
            when timed.age_hours >= timed.promised_solve_hours or timed.hours_to_solve is not null
                then coalesce(timed.hours_to_solve <= timed.promised_solve_hours, false)
        end as kept_solve_promise,
        case
            when timed.customer_id is null or timed.age_hours < 24 * $horizon_days::integer then null
            when returned.case_id is null then 'left'
            when content.case_id is not null then 'forgave'
            else 'stayed'
        end as fate
    from timed
    left join returned using (case_id)
    left join content using (case_id)
)

select * from final order by opened_at, case_id
