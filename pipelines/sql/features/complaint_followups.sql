-- Customers who complained of an order beside others, to tell whether a solution brings people back: one row an order and comparison.
-- Everyone is watched from settle_days after the order. Customers are those of order_followups; each comes once in a comparison, of
-- each of its groups at most about friction_rows, drawn by a hash.
-- comparison: kept_vs_no_problem, late_vs_no_problem, unsolved_vs_no_problem (was there a recovery paradox?), kept_vs_unsolved (does solving help?), kept_vs_silent, silent_vs_no_problem (what silence costs)
-- customer_id: who
-- is_treated: whether they are of the first group of the comparison, not of the second
-- problem: what went wrong, where it did in both groups; null elsewhere
-- has_left: as in order_followups
-- is_recent: as in order_followups
-- spend_365_days: as in order_followups
-- log_orders: as in order_followups
-- log_days_since_order: as in order_followups
-- log_rate: as in order_followups
-- log_spend: as in order_followups
-- log_amount: as in order_followups
-- history_days: as in order_followups
-- month: as in order_followups
-- segment: as in order_followups
-- channel: of the order
-- store_id: of the order
-- carrier: of the order
-- category: of the order
with troubled as (
    select order_id, min_by(friction, (occurred_at, friction)) as friction
    from friction_exposures
    where exposure = 'event' and order_id is not null
    group by order_id
),

complained as (
    select
        complaint_cases.order_id,
        bool_and(is_solved and kept_solve_promise) as was_kept,
        bool_and(is_solved and hours_to_solve <= 24 * $settle_days::integer) as was_solved
    from complaint_cases
    where order_id is not null
    group by complaint_cases.order_id
),

grouped as (
    select
        order_followups.*,
        troubled.friction,
        case
            when complained.was_kept then 'kept'
            when complained.was_solved then 'late'
            when complained.order_id is not null then 'unsolved'
            when troubled.order_id is not null then 'silent'
            else 'no_problem'
        end as experience
    from order_followups
    left join complained using (order_id)
    left join troubled using (order_id)
),

comparisons as (
    select *
    from (
        values
        ('kept', 'no_problem'),
        ('late', 'no_problem'),
        ('unsolved', 'no_problem'),
        ('silent', 'no_problem'),
        ('kept', 'unsolved'),
        ('kept', 'silent')
    ) as comparisons (treated, compared)
),

-- The first order of a customer's that belongs to either group; of those without a problem one is drawn.
drawn as (
    select
        comparisons.treated || '_vs_' || comparisons.compared as comparison,
        grouped.experience = comparisons.treated as is_treated,
        grouped.customer_id,
        grouped.order_id
    from comparisons
    join grouped on grouped.experience in (comparisons.treated, comparisons.compared)
    qualify row_number() over (
        partition by comparison, grouped.customer_id
        order by grouped.experience <> comparisons.treated, case when is_treated then grouped.ordered_at end, md5(grouped.order_id)
    ) = 1
),

arms as (
    select comparison, is_treated, count(*) as n from drawn group by comparison, is_treated
),

compared as (
    select drawn.comparison, drawn.is_treated, grouped.*
    from drawn
    join arms using (comparison, is_treated)
    join grouped using (order_id)
    where ('0x' || left(md5(drawn.customer_id), 8))::bigint / 4294967296 < $friction_rows::double / arms.n
),

final as (
    select
        comparison,
        customer_id,
        is_treated,
        case when comparison not like '%no_problem' then coalesce(friction, 'other') end as problem,
        has_left,
        is_recent,
        spend_365_days,
        log_orders,
        log_days_since_order,
        log_rate,
        log_spend,
        log_amount,
        history_days,
        month,
        segment,
        channel,
        store_id,
        carrier,
        category
    from compared
)

select * from final order by comparison, customer_id
