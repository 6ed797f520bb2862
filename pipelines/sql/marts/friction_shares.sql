-- What those who met a friction in the last 365 days share. Among all that could have met it (deliveries with a promised day,
-- contacts of the kind, or orders): the ratio of the share that met it with a value to the share without, on the log scale
-- with the variance of Katz et al. (1978). A value is systemic where the lower end of an interval of 4 standard errors, which
-- keeps the chance of one false alarm below 5% over up to 1,500 values, lies above 1.5. Where nothing is systemic among
-- those at risk, they are compared with all orders: a friction of the app alone is shared by the app.
-- friction: which
-- among: what it is compared with: at_risk or all_orders
-- shared_by: product_id, store_id, carrier, channel or segment
-- shared_value: which one
-- exposures: with that value
-- at_risk: with that value, exposures included
-- share: of exposures that have the value, 0 to 1
-- usual_share: of all at risk that have it, 0 to 1
-- rate_ratio: how many times as often it is met with the value as without; null where it is never met without
-- rate_ratio_low: lower end of 4 standard errors
-- is_systemic: whether that is above 1.5
-- rank: among the systemic values of the friction, by how much of the exposures they explain; null for others
with frictions as (
    select friction, at_risk, touchpoint_kind from friction_events
    union all
    select distinct friction, 'orders' as at_risk, null as touchpoint_kind from friction_exposures where exposure = 'mention'
),

exposures as (
    select friction, order_id, channel, store_id, carrier, segment, product_id
    from friction_exposures
    where occurred_at >= $as_of::date + interval 1 day - interval 365 day
),

year_orders as (
    select orders.order_id, orders.channel, orders.store_id, orders.carrier, orders.product_id, orders.promised_on, customers.segment
    from orders
    left join customers using (customer_id)
    where ordered_at >= $as_of::date + interval 1 day - interval 365 day
),

exposed_groups as (
    select friction, channel, store_id, carrier, segment, product_id, count(*) as n
    from exposures
    group by all
),

order_groups as (
    select promised_on is not null as is_promised, channel, store_id, carrier, segment, product_id, count(*) as n
    from year_orders
    group by all
),

contact_groups as (
    select
        frictions.friction,
        coalesce(orders.channel, touchpoints.channel) as channel,
        coalesce(touchpoints.store_id, orders.store_id) as store_id,
        coalesce(touchpoints.carrier, orders.carrier) as carrier,
        customers.segment,
        coalesce(touchpoints.product_id, orders.product_id) as product_id,
        count(*) as n
    from frictions
    join touchpoints on touchpoints.kind = frictions.touchpoint_kind
    left join orders using (order_id)
    left join customers on customers.customer_id = touchpoints.customer_id
    where
        frictions.at_risk = 'touchpoints'
        and touchpoints.occurred_at >= $as_of::date + interval 1 day - interval 365 day
        and touchpoints.occurred_at < $as_of::date + interval 1 day
    group by all
),

at_risk_groups as (
    select friction, 'at_risk' as among, channel, store_id, carrier, segment, product_id, n from contact_groups
    union all by name
    select frictions.friction, 'at_risk' as among, order_groups.* exclude (is_promised)
    from frictions
    cross join order_groups
    where frictions.at_risk = 'orders' or (frictions.at_risk = 'deliveries' and is_promised)
    union all by name
    select frictions.friction, 'all_orders' as among, order_groups.* exclude (is_promised)
    from frictions
    cross join order_groups
),

counted as (
    select friction, among, channel, store_id, carrier, segment, product_id, n, 0 as exposed from at_risk_groups
    union all by name
    select friction, among, channel, store_id, carrier, segment, product_id, 0 as n, n as exposed
    from exposed_groups
    cross join (values ('at_risk'), ('all_orders')) as sides (among)
),

totals as (
    select friction, among, sum(exposed) as all_exposed, sum(n) as all_n from counted group by friction, among
),

values_met as (
    select friction, among, shared_by, shared_value, sum(exposed) as exposures, sum(n) as at_risk
    from (
        unpivot counted on channel, store_id, carrier, segment, product_id into name shared_by value shared_value
    )
    group by friction, among, shared_by, shared_value
),

-- More exposures than orders at risk can be seen where contacts without order count: the ratio is then of exposures an order.
compared as (
    select
        *,
        all_exposed - exposures as other_exposures,
        all_n - at_risk as others_at_risk,
        ((exposures + 0.5) / (at_risk + 0.5)) / ((all_exposed - exposures + 0.5) / (all_n - at_risk + 0.5)) as rate_ratio,
        sqrt(greatest(
            1 / (exposures + 0.5) - 1 / (at_risk + 0.5) + 1 / (all_exposed - exposures + 0.5) - 1 / (all_n - at_risk + 0.5), 0
        )) as spread
    from values_met
    join totals using (friction, among)
    where at_risk > 0 and at_risk < all_n and exposures > 0
),

judged as (
    select
        *,
        exposures >= $min_group_size::integer and rate_ratio * exp(-4 * spread) > 1.5 as is_systemic,
        exposures * ln(exposures / (all_exposed * at_risk / all_n))
        + case when other_exposures > 0 then other_exposures * ln(other_exposures / (all_exposed * others_at_risk / all_n)) else 0 end
            as explained
    from compared
),

final as (
    select
        friction,
        among,
        shared_by,
        shared_value,
        exposures::bigint as exposures,
        at_risk::bigint as at_risk,
        round(exposures / all_exposed, 4) as share,
        round(at_risk / all_n, 4) as usual_share,
        case when other_exposures > 0 then round(rate_ratio, 3) end as rate_ratio,
        round(rate_ratio * exp(-4 * spread), 3) as rate_ratio_low,
        is_systemic,
        case
            when is_systemic
                then row_number() over (
                    partition by friction
                    order by is_systemic desc, among = 'at_risk' desc, round(explained, 6) desc, shared_by, shared_value
                )
        end as rank
    from judged
)

select * from final order by friction, among, shared_by, shared_value
