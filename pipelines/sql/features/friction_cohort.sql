-- Who is compared to tell what each friction does: customers when they first met it, and moments at which customers who had
-- not met it before could have met it and did not. A target trial (Hernan and Robins 2016): watching begins for everyone at
-- as long after the order as for those who met it, and every fact is from before. Each arm of a friction has at most about
-- friction_rows rows, and ten are compared with each exposed one, drawn by a hash. Who had not bought for active_days is lost already and left out.
-- friction: which
-- customer_id: who
-- is_exposed: whether they met it
-- watched_from: when watching begins: the exposure, or the like moment without one
-- is_recent: whether that lies in the last 365 days
-- has_churned: whether nothing was bought in the horizon_days after, null until they have passed
-- spend_365_days: paid less returned in the 365 days before, in the pipeline's currency
-- log_orders: natural logarithm of the orders before
-- log_days_since_order: of 1 + days since the last order
-- log_days_known: of 1 + days since registration or the start of the data
-- log_rate: of orders per day known, with a month added to the days
-- log_paid: of 1 + what was paid in these 365 days, returns not taken off: one may be what the friction brings
-- log_frictions: of 1 + other operational frictions met before
-- last_friction: the last of these within 90 days, none without one
-- quarter: calendar quarter, as its first day
-- month: calendar month, 1 to 12, as text
-- segment: kind of customer
-- channel: of the order or contact
-- store_id: of the order
-- carrier: of the order
-- category: of what stands first on the order
with bounds as (
    select min(ordered_at) as first_at, $as_of::date + interval 1 day as ends_at from orders
),

frictions as (
    select friction, at_risk, touchpoint_kind from friction_events
    union all
    select distinct friction, 'orders' as at_risk, null as touchpoint_kind from friction_exposures where exposure = 'mention'
),

firsts as (
    select *
    from friction_exposures
    qualify row_number() over (partition by friction, customer_id order by occurred_at, order_id) = 1
),

first_counts as (
    select friction, count(*) as n from firsts group by friction
),

-- Draws from 0 to 1, by a hash.
exposed as (
    select
        firsts.friction,
        true as is_exposed,
        firsts.customer_id,
        firsts.order_id,
        firsts.occurred_at as watched_from,
        firsts.channel
    from firsts
    join first_counts using (friction)
    where ('0x' || left(md5(firsts.customer_id), 8))::bigint / 4294967296 < $friction_rows::double / first_counts.n
),

arrivals as (
    select *, case when promised_on is null then coalesce(delivered_at, ordered_at) else delivered_at end as arrived_at
    from orders
),

-- How long after its order each exposure came, or after the arrival of what was ordered, if that had come: customers still
-- waiting for a delivery are compared with such customers alone, as it may yet be late. A late delivery is itself an arrival.
lags as (
    select
        exposed.friction,
        row_number() over (partition by exposed.friction order by md5(exposed.customer_id), exposed.customer_id) as place,
        frictions.at_risk = 'orders' and coalesce(arrived_at <= exposed.watched_from, false) as has_arrived,
        exposed.watched_from - case when has_arrived then arrivals.arrived_at else arrivals.ordered_at end as lag
    from exposed
    join frictions using (friction)
    join arrivals using (order_id)
    where exposed.watched_from >= arrivals.ordered_at
),

lag_counts as (
    select friction, count(*) as n from lags group by friction
),

shares as (
    select first_counts.friction, least($friction_rows::double, 10 * first_counts.n) as most_rows
    from first_counts
),

drawn_orders as (
    select
        *,
        ('0x' || left(md5(order_id), 8))::bigint as draw,
        ('0x' || right(md5(order_id), 8))::bigint / 4294967296 * (select count(*) from orders) as place
    from arrivals
    where ('0x' || right(md5(order_id), 8))::bigint / 4294967296 < $friction_rows::double / (select count(*) from orders)
),

ordinary_orders as (
    select
        frictions.friction,
        drawn_orders.customer_id,
        drawn_orders.order_id,
        case when lags.has_arrived then drawn_orders.arrived_at else drawn_orders.ordered_at end + lags.lag as watched_from,
        drawn_orders.channel
    from frictions
    join lag_counts using (friction)
    join shares using (friction)
    join drawn_orders on drawn_orders.place < shares.most_rows
    join lags on lags.friction = frictions.friction and lags.place = 1 + drawn_orders.draw % lag_counts.n
    where
        (frictions.at_risk = 'orders' and coalesce(drawn_orders.arrived_at <= watched_from, false) = lags.has_arrived)
        or (frictions.at_risk = 'deliveries' and drawn_orders.promised_on is not null and not drawn_orders.is_late)
),

good_contacts as (
    select
        frictions.friction,
        touchpoints.customer_id,
        touchpoints.order_id,
        touchpoints.touchpoint_id,
        touchpoints.occurred_at as watched_from,
        touchpoints.channel,
        count(*) over (partition by frictions.friction) as n
    from frictions
    join touchpoints on touchpoints.kind = frictions.touchpoint_kind
    where
        frictions.at_risk = 'touchpoints'
        and touchpoints.outcome <> 'problem'
        and touchpoints.occurred_at < $as_of::date + interval 1 day
),

drawn_contacts as (
    select good_contacts.* exclude (touchpoint_id, n)
    from good_contacts
    join shares using (friction)
    where ('0x' || left(md5(touchpoint_id), 8))::bigint / 4294967296 < shares.most_rows / n
),

ordinary as (
    select * from ordinary_orders
    union all by name
    select * from drawn_contacts
),

-- Without the friction until watching begins, and not on an order that met it later.
unexposed as (
    select
        ordinary.friction,
        false as is_exposed,
        ordinary.customer_id,
        ordinary.order_id,
        ordinary.watched_from,
        ordinary.channel
    from ordinary
    left join firsts using (friction, customer_id)
    where
        firsts.customer_id is null
        or (firsts.occurred_at > ordinary.watched_from and firsts.order_id is distinct from ordinary.order_id)
),

candidates as (
    select
        row_number() over (order by friction, is_exposed, customer_id, watched_from, order_id) as row_no,
        everyone.*,
        watched_from <= ends_at - to_days($horizon_days::integer) as is_known
    from (select * from exposed union all by name select * from unexposed) as everyone, bounds
    where is_exposed or watched_from <= ends_at - to_days($horizon_days::integer)
),

buying as (
    select
        candidates.row_no,
        count(*) filter (orders.ordered_at <= watched_from) as orders_before,
        max(orders.ordered_at) filter (orders.ordered_at <= watched_from) as last_ordered_at,
        count(*) filter (orders.ordered_at > watched_from and orders.ordered_at <= watched_from + to_days($horizon_days::integer))
            as orders_after
    from candidates
    join orders on orders.customer_id = candidates.customer_id
    group by candidates.row_no
),

spending as (
    select
        candidates.row_no,
        sum(transactions.amount) as amount,
        sum(transactions.amount) filter (transactions.kind = 'purchase') as paid
    from candidates
    join transactions
        on transactions.customer_id = candidates.customer_id
        and transactions.occurred_at <= watched_from
        and transactions.occurred_at > watched_from - interval 365 day
    group by candidates.row_no
),

troubles as (
    select
        candidates.row_no,
        count(*) as n,
        max_by(friction_exposures.friction, (friction_exposures.occurred_at, friction_exposures.friction)) filter (
            friction_exposures.occurred_at > watched_from - interval 90 day
        ) as last_friction
    from candidates
    join friction_exposures
        on friction_exposures.customer_id = candidates.customer_id
        and friction_exposures.occurred_at <= watched_from
        and friction_exposures.friction <> candidates.friction
        and friction_exposures.exposure = 'event'
    group by candidates.row_no
),

described as (
    select
        candidates.*,
        buying.orders_before,
        buying.orders_after,
        date_diff('day', buying.last_ordered_at, watched_from) as days_since_order,
        date_diff('day', greatest(coalesce(customers.registered_at, first_at), first_at), watched_from) as days_known,
        greatest(coalesce(spending.amount, 0), 0)::double as spend,
        greatest(coalesce(spending.paid, 0), 0)::double as paid,
        coalesce(troubles.n, 0) as frictions_before,
        coalesce(troubles.last_friction, 'none') as last_friction,
        customers.segment,
        orders.channel as order_channel,
        orders.store_id,
        orders.carrier,
        orders.category
    from candidates
    cross join bounds
    join buying using (row_no)
    left join spending using (row_no)
    left join troubles using (row_no)
    left join customers on customers.customer_id = candidates.customer_id
    left join orders on orders.order_id = candidates.order_id
    where buying.last_ordered_at > watched_from - to_days($active_days::integer)
),

final as (
    select
        friction,
        customer_id,
        is_exposed,
        watched_from,
        watched_from >= $as_of::date + interval 1 day - interval 365 day as is_recent,
        case when is_known then orders_after = 0 end as has_churned,
        round(spend, 2) as spend_365_days,
        round(ln(orders_before), 4) as log_orders,
        round(ln(1 + days_since_order), 4) as log_days_since_order,
        round(ln(1 + greatest(days_known, 0)), 4) as log_days_known,
        round(ln(orders_before / (greatest(days_known, 0) + 30.0)), 4) as log_rate,
        round(ln(1 + paid), 4) as log_paid,
        round(ln(1 + frictions_before), 4) as log_frictions,
        last_friction,
        date_trunc('quarter', watched_from)::date::varchar as quarter,
        month(watched_from)::varchar as month,
        segment,
        coalesce(order_channel, channel) as channel,
        store_id,
        carrier,
        category
    from described
)

select * from final order by friction, is_exposed, customer_id, watched_from
