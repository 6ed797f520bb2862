-- What each friction costs. Estimand: the difference in the share of customers who buy nothing in the horizon_days after they
-- first met the friction, between those who met it on an order and comparable customers on an order without it, who had not
-- met it before; averaged over those who met it. Comparable: the same quarter, channel, segment and number of orders before.
with orders as (
    select
        customer_id,
        order_id,
        min(occurred_at) as ordered_at,
        coalesce(max(delivered_at) filter (delivered_at < $as_of::date + interval 1 day), min(occurred_at)) as completed_at,
        any_value(channel order by transaction_id) as channel
    from transactions
    where kind = 'purchase' and customer_id is not null
    group by all
),

described_orders as (
    select
        orders.*,
        date_trunc('quarter', ordered_at) as quarter,
        coalesce(customers.segment, '') as segment,
        case when orders_before < 3 then orders_before when orders_before < 6 then 3 else 6 end as order_class
    from (
        select *, row_number() over (partition by customer_id order by ordered_at, order_id) - 1 as orders_before
        from orders
    ) as orders
    left join customers using (customer_id)
),

first_exposures as (
    select
        friction,
        customer_id,
        min(occurred_at) as first_at,
        arg_min(order_id, (occurred_at, order_id)) as order_id
    from friction_exposures
    group by all
),

-- Those who met the friction are watched from then on. Others are watched from as long after their order as is usual for it.
lags as (
    select
        friction,
        to_seconds(median(date_diff('second', completed_at, first_at))::bigint) as lag
    from first_exposures
    join described_orders using (customer_id, order_id)
    group by friction
),

candidates as (
    select
        first_exposures.friction,
        true as is_exposed,
        first_exposures.first_at as watched_from,
        described_orders.*
    from first_exposures
    join described_orders using (customer_id, order_id)
    union all by name
    select
        lags.friction,
        false as is_exposed,
        described_orders.completed_at + lags.lag as watched_from,
        described_orders.*
    from lags
    cross join described_orders
    left join first_exposures
        on first_exposures.friction = lags.friction and first_exposures.customer_id = described_orders.customer_id
    where
        first_exposures.customer_id is null
        or (first_exposures.first_at > described_orders.completed_at + lags.lag and first_exposures.order_id <> described_orders.order_id)
),

-- Of each comparable customer one order in a stratum, drawn by a hash, so that rows are independent.
watched as (
    select distinct on (friction, is_exposed, customer_id, quarter, order_class)
        *
    from candidates
    where watched_from < $as_of::date + interval 1 day - to_days($horizon_days::integer)
    order by friction, is_exposed, customer_id, quarter, order_class, md5(order_id)
),

outcomes as (
    select
        watched.friction,
        watched.is_exposed,
        watched.customer_id,
        watched.order_id,
        watched.quarter,
        watched.channel,
        watched.segment,
        watched.order_class,
        (count(orders.order_id) = 0)::integer as has_churned
    from watched
    left join orders
        on orders.customer_id = watched.customer_id
        and orders.ordered_at > watched.watched_from
        and orders.ordered_at <= watched.watched_from + to_days($horizon_days::integer)
    group by all
),

exposed_strata as (
    select friction, quarter, channel, segment, order_class, count(*) as exposed, avg(has_churned) as exposed_rate
    from outcomes
    where is_exposed
    group by all
),

unexposed_strata as (
    select friction, quarter, channel, segment, order_class, count(*) as unexposed, avg(has_churned) as unexposed_rate
    from outcomes
    where not is_exposed
    group by all
),

effects as (
    select
        friction,
        sum(exposed) as compared_customers,
        sum(exposed * exposed_rate) / sum(exposed) as exposed_rate,
        sum(exposed * unexposed_rate) / sum(exposed) as comparable_rate,
        sum(exposed * (exposed_rate - unexposed_rate)) / sum(exposed) as effect,
        -- Rates shrunk towards a half (Agresti and Coull 1998), so that a stratum of one customer is not without variance.
        sqrt(sum(
            exposed * exposed * (
                ((exposed * exposed_rate + 1) / (exposed + 2)) * (1 - (exposed * exposed_rate + 1) / (exposed + 2)) / exposed
                + ((unexposed * unexposed_rate + 1) / (unexposed + 2)) * (1 - (unexposed * unexposed_rate + 1) / (unexposed + 2))
                / unexposed
            )
        )) / sum(exposed) as standard_error
    from exposed_strata
    join unexposed_strata using (friction, quarter, channel, segment, order_class)
    group by friction
),

naive as (
    select
        friction,
        avg(has_churned) filter (is_exposed) - avg(has_churned) filter (not is_exposed) as naive_effect
    from outcomes
    group by friction
),

recent_exposures as (
    select *
    from friction_exposures
    where occurred_at >= $as_of::date + interval 1 day - interval 365 days
),

recent as (
    select
        friction,
        count(*) as events,
        count(distinct customer_id) as customers,
        count(distinct customer_id) filter (occurred_at >= $as_of::date + interval 1 day - to_days($horizon_days::integer)) as customers_now,
        count(distinct customer_id) filter (
            occurred_at < $as_of::date + interval 1 day - to_days($horizon_days::integer)
            and occurred_at >= $as_of::date + interval 1 day - to_days(2 * $horizon_days::integer)
        ) as customers_before
    from recent_exposures
    group by friction
),

-- What those who meet a friction share more often than orders at large do: a channel, a store, a carrier, a kind of
-- customer or a product.
exposure_shares as (
    select friction, shared_by, shared_value, count(*) / any_value(events) as share
    from (
        unpivot (
            select friction, channel, store_id, carrier, segment, product_id, count(*) over (partition by friction) as events
            from recent_exposures
        )
        on channel, store_id, carrier, segment, product_id
        into name shared_by value shared_value
    )
    group by all
),

order_shares as (
    select shared_by, shared_value, count(*) / any_value(orders) as share
    from (
        unpivot (
            select channel, store_id, carrier, segment, product_id, count(*) over () as orders
            from transactions
            left join customers using (customer_id)
            where
                kind = 'purchase'
                and occurred_at >= $as_of::date + interval 1 day - interval 365 days
                and occurred_at < $as_of::date + interval 1 day
        )
        on channel, store_id, carrier, segment, product_id
        into name shared_by value shared_value
    )
    group by all
),

main_share as (
    select
        friction,
        arg_max(shared_by, (excess, shared_by, shared_value)) as shared_by,
        arg_max(shared_value, (excess, shared_by, shared_value)) as shared_value,
        arg_max(share, (excess, shared_by, shared_value)) as share,
        arg_max(usual_share, (excess, shared_by, shared_value)) as usual_share
    from (
        select
            exposure_shares.*,
            coalesce(order_shares.share, 0) as usual_share,
            exposure_shares.share - coalesce(order_shares.share, 0) as excess
        from exposure_shares
        left join order_shares using (shared_by, shared_value)
    ) as shares
    where excess > 0
    group by friction
),

spending as (
    select
        friction,
        avg(spend) as yearly_spend
    from (
        select
            recent_customers.friction,
            recent_customers.customer_id,
            sum(transactions.amount) as spend
        from (
            select distinct friction, customer_id from recent_exposures
        ) as recent_customers
        join transactions
            on transactions.customer_id = recent_customers.customer_id
            and transactions.occurred_at >= $as_of::date + interval 1 day - interval 365 days
            and transactions.occurred_at < $as_of::date + interval 1 day
        group by all
    ) as spend_of_customers
    group by friction
),

final as (
    select
        friction_events.friction,
        friction_events.journey_stage,
        friction_events.label_en,
        friction_events.label_it,
        friction_events.remedy_en,
        friction_events.remedy_it,
        coalesce(recent.events, 0) as events,
        coalesce(recent.customers, 0) as customers,
        coalesce(recent.customers_now, 0) as customers_now,
        coalesce(recent.customers_before, 0) as customers_before,
        coalesce(effects.compared_customers, 0)::bigint as compared_customers,
        round(effects.exposed_rate, 4) as exposed_churn,
        round(effects.comparable_rate, 4) as comparable_churn,
        round(effects.effect, 4) as churn_effect,
        round(effects.effect - 1.96 * effects.standard_error, 4) as churn_effect_low,
        round(effects.effect + 1.96 * effects.standard_error, 4) as churn_effect_high,
        round(naive.naive_effect, 4) as naive_effect,
        round(spending.yearly_spend, 2) as yearly_spend,
        round(greatest(effects.effect, 0) * recent.customers * spending.yearly_spend) as revenue_at_risk,
        round(greatest(effects.effect - 1.96 * effects.standard_error, 0) * recent.customers * spending.yearly_spend)
            as revenue_at_risk_low,
        round(greatest(effects.effect + 1.96 * effects.standard_error, 0) * recent.customers * spending.yearly_spend)
            as revenue_at_risk_high,
        main_share.shared_by,
        main_share.shared_value,
        round(main_share.share, 4) as share,
        round(main_share.usual_share, 4) as usual_share,
        case
            when recent.events is null then 'nobody met it in the last year'
            when effects.friction is null then 'nobody comparable'
            when effects.compared_customers < 30 then 'fewer than 30 customers to compare'
        end as caveat
    from friction_events
    left join effects using (friction)
    left join naive using (friction)
    left join recent using (friction)
    left join main_share using (friction)
    left join spending using (friction)
)

select * from final order by revenue_at_risk desc nulls last, friction
