-- Moments of orders that go well or badly: each customer's first step of a kind, one or the other, with the order's facts: what
-- the effect of a moment on coming back is estimated on. Customers are those of order_followups.
-- moment: kind of touchpoint
-- customer_id: who
-- went_badly: whether it was a problem, not ok
-- has_left: whether nothing was bought in the horizon_days after it, null until they have passed
-- is_recent: whether it lies in the last 365 days
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
with firsts as (
    select
        touchpoints.kind as moment,
        touchpoints.touchpoint_id,
        touchpoints.occurred_at,
        touchpoints.outcome = 'problem' as went_badly,
        order_followups.*
    from touchpoints
    join order_followups using (order_id)
    where touchpoints.outcome in ('ok', 'problem') and touchpoints.occurred_at < $as_of::date + interval 1 day
    qualify row_number() over (
        partition by touchpoints.kind, order_followups.customer_id order by touchpoints.occurred_at, touchpoints.touchpoint_id
    ) = 1
),

bought_again as (
    select firsts.moment, firsts.customer_id, count(*) as orders_after
    from firsts
    join order_followups as orders on orders.customer_id = firsts.customer_id
    where
        orders.ordered_at > firsts.occurred_at
        and orders.ordered_at <= firsts.occurred_at + to_days($horizon_days::integer)
    group by firsts.moment, firsts.customer_id
),

final as (
    select
        firsts.moment,
        firsts.customer_id,
        firsts.went_badly,
        case
            when firsts.occurred_at + to_days($horizon_days::integer) <= $as_of::date + interval 1 day
                then coalesce(bought_again.orders_after, 0) = 0
        end as has_left,
        firsts.occurred_at >= $as_of::date + interval 1 day - interval 365 day as is_recent,
        firsts.spend_365_days,
        firsts.log_orders,
        firsts.log_days_since_order,
        firsts.log_rate,
        firsts.log_spend,
        firsts.log_amount,
        firsts.history_days,
        firsts.month,
        firsts.segment,
        firsts.channel,
        firsts.store_id,
        firsts.carrier,
        firsts.category
    from firsts
    left join bought_again using (moment, customer_id)
)

select * from final order by moment, customer_id
