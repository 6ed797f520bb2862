-- What is to be explained, and what may explain it: one row an answer of a known customer, and one for each customer and date of the
-- spine. A driver is 0 where all that the customer met or said there in the 180 days before was a problem, 100 where all was praise,
-- 50 where nothing stood out. At the spine's dates at most 100,000 customers are looked at, drawn by a hash of their ids.
-- kind: answer or date
-- customer_id: who answered, or was a customer at the date
-- observed_at: when; nothing later is seen, but by the outcomes
-- nps: of an answer, 100 for 9 and 10, -100 for 0 to 6, else 0, so that the mean is the net promoter score; null where not asked
-- satisfaction: of an answer or rating, from 0, the worst, to 100, the best; null where not asked
-- has_churned: at a date, whether nothing was bought in the horizon_days after; null for answers, and while not known
-- churned_after_answer: the same after an answer
-- segment: kind of customer, null where unknown
-- channel: of the last order
-- orders_365_days: orders in the 365 days before
-- days_since_last_order: null where nothing was bought before
-- met_drivers: drivers at which an operational event was met
-- delivery: driver, 0 to 100
-- billing: driver, 0 to 100
-- product_quality: driver, 0 to 100
-- queue: driver, 0 to 100
-- refund: driver, 0 to 100
-- app: driver, 0 to 100
-- staff: driver, 0 to 100
-- price: driver, 0 to 100
-- store: driver, 0 to 100
-- assortment: driver, 0 to 100
-- website: driver, 0 to 100
-- packaging: driver, 0 to 100
-- support: driver, 0 to 100
with surveyed as (
    select
        feedback.customer_id,
        feedback.occurred_at as observed_at,
        feedback.feedback_id as observation,
        case when nps >= 9 then 100 when nps <= 6 then -100 when nps is not null then 0 end as nps,
        coalesce(100 * (csat - 1) / 4, 100 * (rating - 1) / (rating_scale - 1)) as satisfaction
    from feedback
    where
        brand = 'own'
        and source <> 'employee'
        and customer_id is not null
        and occurred_at < $as_of::date + interval 1 day
),

places as (
    select
        customer_id,
        row_number() over (order by md5(customer_id), customer_id) as place
    from (select distinct customer_id from spine) as customers_of_spine
),

observations as (
    select 'answer' as kind, customer_id, observed_at, observation, nps, satisfaction, null::boolean as has_churned
    from surveyed
    where nps is not null or satisfaction is not null
    union all
    select 'date', spine.customer_id, spine.as_of + interval 1 day, '', null, null, churn_labels.has_churned
    from spine
    join places using (customer_id)
    left join churn_labels using (customer_id, as_of)
    where places.place <= 100000
),

experienced as (
    select
        observations.customer_id,
        observations.observed_at,
        observations.observation,
        experiences.driver,
        50 + 50 * avg(experiences.value) as value,
        bool_or(experiences.basis = 'met') as is_met
    from observations
    join driver_experiences as experiences
        on experiences.customer_id = observations.customer_id
        and experiences.occurred_at > observations.observed_at - interval 180 days
        and experiences.occurred_at <= observations.observed_at
        -- A date is over at midnight, which is already the next day.
        and (observations.kind = 'answer' or experiences.occurred_at < observations.observed_at)
    group by all
),

wide as (
    select
        customer_id,
        observed_at,
        observation,
        count(*) filter (is_met) as met_drivers,
        max(value) filter (driver = 'delivery') as delivery,
        max(value) filter (driver = 'billing') as billing,
        max(value) filter (driver = 'product_quality') as product_quality,
        max(value) filter (driver = 'queue') as queue,
        max(value) filter (driver = 'refund') as refund,
        max(value) filter (driver = 'app') as app,
        max(value) filter (driver = 'staff') as staff,
        max(value) filter (driver = 'price') as price,
        max(value) filter (driver = 'store') as store,
        max(value) filter (driver = 'assortment') as assortment,
        max(value) filter (driver = 'website') as website,
        max(value) filter (driver = 'packaging') as packaging,
        max(value) filter (driver = 'support') as support
    from experienced
    group by all
),

bought as (
    select
        observations.customer_id,
        observations.observed_at,
        observations.observation,
        max_by(orders.channel, (orders.ordered_at, orders.order_id)) filter (orders.ordered_at < observations.observed_at) as channel,
        count(*) filter (
            orders.ordered_at < observations.observed_at and orders.ordered_at >= observations.observed_at - interval 365 days
        ) as orders_365_days,
        date_diff(
            'day', max(orders.ordered_at) filter (orders.ordered_at < observations.observed_at), observations.observed_at
        ) as days_since_last_order,
        count(*) filter (
            orders.ordered_at > observations.observed_at
            and orders.ordered_at <= observations.observed_at + to_days($horizon_days::integer)
        ) as orders_after
    from observations
    join orders on orders.customer_id = observations.customer_id
    group by observations.customer_id, observations.observed_at, observations.observation
),

final as (
    select
        observations.kind,
        observations.customer_id,
        observations.observed_at,
        observations.nps,
        round(observations.satisfaction, 3) as satisfaction,
        observations.has_churned,
        case
            when observations.kind = 'answer'
                and observations.observed_at + to_days($horizon_days::integer) < $as_of::date + interval 1 day
                then coalesce(bought.orders_after, 0) = 0
        end as churned_after_answer,
        customers.segment,
        bought.channel,
        coalesce(bought.orders_365_days, 0) as orders_365_days,
        bought.days_since_last_order,
        coalesce(wide.met_drivers, 0) as met_drivers,
        round(coalesce(wide.delivery, 50), 2) as delivery,
        round(coalesce(wide.billing, 50), 2) as billing,
        round(coalesce(wide.product_quality, 50), 2) as product_quality,
        round(coalesce(wide.queue, 50), 2) as queue,
        round(coalesce(wide.refund, 50), 2) as refund,
        round(coalesce(wide.app, 50), 2) as app,
        round(coalesce(wide.staff, 50), 2) as staff,
        round(coalesce(wide.price, 50), 2) as price,
        round(coalesce(wide.store, 50), 2) as store,
        round(coalesce(wide.assortment, 50), 2) as assortment,
        round(coalesce(wide.website, 50), 2) as website,
        round(coalesce(wide.packaging, 50), 2) as packaging,
        round(coalesce(wide.support, 50), 2) as support,
        observations.observation
    from observations
    left join wide using (customer_id, observed_at, observation)
    left join bought using (customer_id, observed_at, observation)
    left join customers using (customer_id)
)

select * exclude (observation) from final order by kind, customer_id, observed_at, observation
