-- What each friction costs, dearest first: one row for each operational friction, and for each topic that no event shows.
-- Estimand of churn_effect: among customers who met the friction for the first time, the mean difference between the chance to
-- buy nothing in the horizon_days after and the same chance had they not met it. Estimated by friction_effect: doubly robust,
-- against comparable customers (see friction_cohort), with 95% intervals that take a customer's rows as one.
-- friction: name in friction_events.yaml, or the topic where no event shows it
-- exposure: event, or mention where only what people say shows it: those who speak differ from those who are silent
-- topic: of topics.yaml
-- journey_stage: need, research, purchase, use or support
-- label_en: name in English
-- label_it: name in Italian
-- remedy_en: what to do, in English; null for topics
-- remedy_it: what to do, in Italian; null for topics
-- events: exposures in the last 365 days
-- customers: customers touched in the last 365 days
-- first_customers: of these, those who met it for the first time
-- customers_now: customers touched in the last horizon_days
-- customers_before: customers touched in the horizon_days before those
-- trend: customers_now over customers_before, less 1; null where fewer than min_group_size were touched before
-- mentions: messages about the topic in the last 365 days
-- severity: how many points of 0 to 10 those touched are less likely to recommend
-- sentiment: mean sentiment of the topic, -1 to 1
-- effort: mean answer to "how easy was it" of those touched, 1 to 7, 7 being very easy
-- complaint_share: of exposures followed by a complaint within 30 days, 0 to 1
-- compared_customers: exposed customers that the effect is measured on
-- comparable_rows: moments without the friction that they are compared with
-- exposed_churn: share of the exposed who bought nothing in the horizon_days after, 0 to 1
-- comparable_churn: the same share had they not met it, 0 to 1
-- churn_effect: their difference
-- churn_effect_low: lower end of its 95% interval
-- churn_effect_high: upper end
-- overlap: share of the exposed for whom there is anybody comparable, 0 to 1
-- effective_size: equally weighted rows that the comparison rows are worth
-- largest_difference: largest standardised difference of a fact between exposed and comparison after weighting
-- naive_effect: share silent for horizon_days tonight among all who met it before, less that of all who never did
-- yearly_spend: mean spending in the 365 days before, of those who met it first in the last 365 days, in the pipeline's currency
-- revenue_at_risk: yearly spending that first exposures of the last 365 days put at risk, in the pipeline's currency
-- revenue_at_risk_low: lower end of its 95% interval, not below 0
-- revenue_at_risk_high: upper end, not below 0
-- pattern: systemic where something common to the exposed is told from chance, else isolated; null with too few exposures
-- shared_by: product_id, store_id, carrier, channel or segment when systemic
-- shared_value: which one
-- share: of exposures that have it, 0 to 1
-- usual_share: of all that could have met the friction, 0 to 1
-- rate_ratio: how many times as often it is met there as elsewhere
-- caveat: why the effect and what it costs are missing or weak; null where they are not
-- felt_caveat: why trend, severity, sentiment, effort or complaint_share is missing; null where none is
with frictions as (
    select friction, 'event' as exposure, topic, journey_stage, label_en, label_it, remedy_en, remedy_it
    from friction_events
    union all by name
    select
        topic_names.topic as friction,
        'mention' as exposure,
        topic_names.topic,
        topic_names.journey_stage,
        topic_names.label_en,
        topic_names.label_it,
        null as remedy_en,
        null as remedy_it
    from topic_names
    left join friction_events using (topic)
    where friction_events.topic is null
),

firsts as (
    select friction, customer_id, min(occurred_at) as first_at
    from friction_exposures
    group by friction, customer_id
),

touched as (
    select
        friction,
        count(*) as events,
        count(distinct customer_id) as customers,
        count(distinct customer_id) filter (occurred_at >= $as_of::date + interval 1 day - to_days($horizon_days::integer)) as customers_now,
        count(distinct customer_id) filter (
            occurred_at < $as_of::date + interval 1 day - to_days($horizon_days::integer)
            and occurred_at >= $as_of::date + interval 1 day - to_days(2 * $horizon_days::integer)
        ) as customers_before
    from friction_exposures
    where occurred_at >= $as_of::date + interval 1 day - interval 365 day
    group by friction
),

first_touched as (
    select friction, count(*) as first_customers
    from firsts
    where first_at >= $as_of::date + interval 1 day - interval 365 day
    group by friction
),

spending as (
    select friction, avg(spend_365_days) as yearly_spend
    from friction_cohort
    where is_exposed and is_recent
    group by friction
),

-- As a dashboard would have it: who ever met it against who never did, by whether they have bought lately.
buyers as (
    select
        customer_id,
        max(ordered_at) < $as_of::date + interval 1 day - to_days($horizon_days::integer) as is_silent
    from orders
    group by customer_id
    having min(ordered_at) < $as_of::date + interval 1 day - to_days($horizon_days::integer)
),

all_buyers as (
    select count(*) as n, count(*) filter (is_silent) as silent from buyers
),

buyers_met as (
    select firsts.friction, count(*) as n, count(*) filter (buyers.is_silent) as silent
    from firsts
    join buyers using (customer_id)
    where firsts.first_at < $as_of::date + interval 1 day - to_days($horizon_days::integer)
    group by firsts.friction
),

naive as (
    select
        buyers_met.friction,
        buyers_met.silent / buyers_met.n
        - (all_buyers.silent - buyers_met.silent) / nullif(all_buyers.n - buyers_met.n, 0) as naive_effect
    from buyers_met
    cross join all_buyers
),

shared as (
    select * from friction_shares where rank = 1
),

joined as (
    select
        frictions.*,
        coalesce(touched.events, 0) as events,
        coalesce(touched.customers, 0) as customers,
        coalesce(first_touched.first_customers, 0) as first_customers,
        coalesce(touched.customers_now, 0) as customers_now,
        coalesce(touched.customers_before, 0) as customers_before,
        friction_voices.mentions,
        friction_voices.severity,
        friction_voices.sentiment,
        friction_voices.effort,
        friction_voices.complaint_share,
        friction_voices.caveat as voices_caveat,
        friction_effect.status,
        friction_effect.exposed,
        friction_effect.compared,
        friction_effect.exposed_rate,
        friction_effect.comparable_rate,
        friction_effect.effect,
        friction_effect.effect_low,
        friction_effect.effect_high,
        friction_effect.overlap,
        friction_effect.effective_size,
        friction_effect.largest_difference_after,
        friction_effect.value_effect,
        friction_effect.value_effect_low,
        friction_effect.value_effect_high,
        naive.naive_effect,
        spending.yearly_spend,
        shared.shared_by,
        shared.shared_value,
        shared.share,
        shared.usual_share,
        shared.rate_ratio
    from frictions
    left join touched using (friction)
    left join first_touched using (friction)
    left join friction_voices using (friction)
    left join friction_effect using (friction)
    left join naive using (friction)
    left join spending using (friction)
    left join shared using (friction)
),

final as (
    select
        friction,
        exposure,
        topic,
        journey_stage,
        label_en,
        label_it,
        remedy_en,
        remedy_it,
        events,
        customers,
        first_customers,
        customers_now,
        customers_before,
        case when customers_before >= $min_group_size::integer then round(customers_now / customers_before - 1, 4) end as trend,
        mentions,
        severity,
        sentiment,
        effort,
        complaint_share,
        coalesce(exposed, 0)::bigint as compared_customers,
        coalesce(compared, 0)::bigint as comparable_rows,
        round(exposed_rate, 4) as exposed_churn,
        round(comparable_rate, 4) as comparable_churn,
        round(effect, 4) as churn_effect,
        round(effect_low, 4) as churn_effect_low,
        round(effect_high, 4) as churn_effect_high,
        round(overlap, 4) as overlap,
        round(effective_size)::bigint as effective_size,
        round(largest_difference_after, 3) as largest_difference,
        round(naive_effect, 4) as naive_effect,
        round(yearly_spend, 2) as yearly_spend,
        case when value_effect is not null then round(greatest(value_effect, 0) * first_customers) end as revenue_at_risk,
        case when value_effect_low is not null then round(greatest(value_effect_low, 0) * first_customers) end as revenue_at_risk_low,
        case when value_effect_high is not null then round(greatest(value_effect_high, 0) * first_customers) end as revenue_at_risk_high,
        case
            when events < $min_group_size::integer then null
            when shared_by is not null then 'systemic'
            else 'isolated'
        end as pattern,
        shared_by,
        shared_value,
        share,
        usual_share,
        rate_ratio,
        case
            when customers = 0 then 'nobody met it in the last year'
            when status is null then 'nobody who met it was a customer on an order'
            when status <> 'estimated' then status
            when overlap < 0.8 then 'a fifth or more of those who met it have nobody comparable'
        end as caveat,
        nullif(concat_ws(
            '; ',
            case
                when customers_before < $min_group_size::integer
                    then 'trend: fewer than ' || $min_group_size::integer || ' customers touched before'
            end,
            voices_caveat
        ), '') as felt_caveat
    from joined
)

select * from final order by revenue_at_risk desc nulls last, customers desc, friction
