-- What each action is judged by: moments of those it reached and of those held back, before and after it began, with what
-- followed and what was known at the moment. A campaign's moment is the beginning of a window of horizon_days of one of its
-- customers; a fix's moment is an order through one of its stores or carriers. Of each action at most about action_rows
-- moments, drawn by a hash of the customer or order.
-- action_id: which
-- outcome: repeat_purchase, churn, nps or contacts
-- period: after; before: the horizon_days before a campaign, or the half year before a fix began; earlier: as long before that
-- is_randomised: whether a lot decided who was treated
-- is_treated: whether the action reached the customer, store or carrier
-- customer_id: whose moment
-- unit_id: customer, store or carrier that was treated or not
-- moment_at: when
-- value: repeat_purchase: bought within horizon_days (0 or 1); churn, of campaigns: did not, of those who bought in the active_days before;
--   contacts: got in touch with the support, or complained of the order, in that time; nps: 0 detractor, 0.5 passive, 1 promoter
-- log_days_since_order: of 1 + days since the order before, null without one
-- log_tenure: of 1 + days since registration, or since the first order where that is not known
-- log_rate: of 1 + orders before per day of these in the data, with a month added to the days
-- log_frictions: of 1 + operational frictions met before
-- segment: kind of customer
-- channel: of the order; for campaigns of the last one before
with bounds as (
    select min(ordered_at) as first_at, $as_of::date + interval 1 day as ends_at from orders
),

reached as (
    select action_id, unit, unit_id, arm = 'treated' as is_treated, is_randomised, started_at
    from actions
    where started_at < $as_of::date + interval 1 day
),

campaign_sizes as (
    select action_id, count(*) as n from reached where unit = 'customer' group by action_id
),

campaign_moments as (
    select
        reached.action_id,
        windows.period,
        reached.is_treated,
        reached.is_randomised,
        reached.unit_id as customer_id,
        reached.unit_id,
        null as order_id,
        null as order_channel,
        reached.started_at - windows.back * to_days($horizon_days::integer) as moment_at
    from reached
    join campaign_sizes using (action_id)
    cross join (values ('after', 0), ('before', 1), ('earlier', 2)) as windows (period, back)
    where
        reached.unit = 'customer'
        and ('0x' || left(md5(reached.unit_id), 8))::bigint / 4294967296 < $action_rows::double / 3 / campaign_sizes.n
),

order_units as (
    select 'store' as unit, store_id as unit_id, customer_id, order_id, channel, ordered_at from orders
    union all
    select 'carrier' as unit, carrier as unit_id, customer_id, order_id, channel, ordered_at from orders
),

fixed_orders as (
    select
        reached.action_id,
        reached.is_treated,
        reached.is_randomised,
        reached.started_at,
        reached.unit_id,
        order_units.customer_id,
        order_units.order_id,
        order_units.channel as order_channel,
        order_units.ordered_at as moment_at
    from reached
    join order_units using (unit, unit_id)
),

placed_orders as (
    select
        *,
        case
            when moment_at >= started_at then 'after'
            when moment_at < started_at - interval 182 day then 'earlier'
            else 'before'
        end as period,
        count(*) over (partition by action_id) as n
    from fixed_orders
    where moment_at >= started_at - interval 364 day
),

fix_moments as (
    select action_id, period, is_treated, is_randomised, customer_id, unit_id, order_id, order_channel, moment_at
    from placed_orders
    where ('0x' || left(md5(order_id), 8))::bigint / 4294967296 < $action_rows::double / n
),

-- Only moments that the data show whole.
moments as (
    select
        row_number() over (order by action_id, moment_at, customer_id, unit_id, order_id) as moment_no,
        everything.*
    from (select * from campaign_moments union all by name select * from fix_moments) as everything, bounds
    where moment_at >= first_at and moment_at <= ends_at - to_days($horizon_days::integer)
),

buying as (
    select
        moments.moment_no,
        count(*) filter (orders.ordered_at < moment_at) as orders_before,
        max(orders.ordered_at) filter (orders.ordered_at < moment_at) as last_ordered_at,
        min(orders.ordered_at) as first_ordered_at,
        max_by(orders.channel, (orders.ordered_at, orders.order_id)) filter (orders.ordered_at < moment_at) as last_channel,
        count(*) filter (
            orders.ordered_at > moment_at and orders.ordered_at <= moment_at + to_days($horizon_days::integer)
        ) as orders_after
    from moments
    join orders on orders.customer_id = moments.customer_id
    group by moments.moment_no
),

troubles as (
    select moments.moment_no, count(*) as n
    from moments
    join friction_exposures
        on friction_exposures.customer_id = moments.customer_id
        and friction_exposures.occurred_at < moment_at
        and friction_exposures.exposure = 'event'
    group by moments.moment_no
),

contacts as (
    select customer_id, order_id, opened_at as contacted_at, true as is_case from cases
    union all
    select customer_id, order_id, occurred_at as contacted_at, false as is_case from touchpoints where stage = 'support' and outcome = 'problem'
),

contacted as (
    select distinct moments.moment_no
    from moments
    join contacts
        on contacts.customer_id = moments.customer_id
        and contacts.contacted_at > moment_at
        and contacts.contacted_at <= moment_at + to_days($horizon_days::integer)
    where moments.order_id is null or (contacts.is_case and contacts.order_id = moments.order_id)
),

has_contacts as (
    select count(*) > 0 as is_known from contacts
),

answers as (
    select
        moments.moment_no,
        (1 + (feedback.nps >= 9)::integer - (feedback.nps <= 6)::integer) / 2 as value
    from moments
    join feedback
        on feedback.customer_id = moments.customer_id
        and feedback.occurred_at > moment_at
        and feedback.occurred_at <= moment_at + to_days($horizon_days::integer)
    where
        feedback.nps is not null and feedback.brand = 'own'
        and (moments.order_id is null or feedback.order_id = moments.order_id)
),

described as (
    select
        moments.*,
        coalesce(buying.orders_before, 0) as orders_before,
        coalesce(buying.orders_after, 0) as orders_after,
        coalesce(buying.last_ordered_at > moment_at - to_days($active_days::integer), false) as is_active,
        date_diff('day', buying.last_ordered_at, moment_at) as days_since_order,
        date_diff('day', coalesce(customers.registered_at, buying.first_ordered_at), moment_at) as tenure_days,
        date_diff('day', greatest(coalesce(customers.registered_at, buying.first_ordered_at), first_at), moment_at) as days_seen,
        coalesce(troubles.n, 0) as frictions_before,
        customers.segment,
        coalesce(moments.order_channel, buying.last_channel) as channel,
        contacted.moment_no is not null as has_contacted,
        has_contacts.is_known as are_contacts_known
    from moments
    cross join bounds
    cross join has_contacts
    left join buying using (moment_no)
    left join troubles using (moment_no)
    left join contacted using (moment_no)
    left join customers on customers.customer_id = moments.customer_id
    where coalesce(customers.registered_at, buying.first_ordered_at) <= moment_at
),

outcomes as (
    select *, 'repeat_purchase' as outcome, (orders_after > 0)::integer::double as value from described
    union all
    select *, 'churn' as outcome, (orders_after = 0)::integer::double as value from described where is_active and order_id is null
    union all
    select *, 'contacts' as outcome, has_contacted::integer::double as value from described where are_contacts_known
    union all
    select described.*, 'nps' as outcome, answers.value::double as value
    from described
    join answers using (moment_no)
),

final as (
    select
        action_id,
        outcome,
        period,
        is_randomised,
        is_treated,
        customer_id,
        unit_id,
        moment_at,
        value,
        round(ln(1 + days_since_order), 4) as log_days_since_order,
        round(ln(1 + tenure_days), 4) as log_tenure,
        round(ln((1 + orders_before) / (days_seen + 30.0)), 4) as log_rate,
        round(ln(1 + frictions_before), 4) as log_frictions,
        segment,
        channel
    from outcomes
)

select * from final order by action_id, outcome, moment_at, customer_id, unit_id, value
