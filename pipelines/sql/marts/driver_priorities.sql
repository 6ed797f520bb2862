-- What moves the net promoter score, satisfaction and churn, how well it goes, and what one point of it is worth: importance against
-- performance (Martilla & James 1977). Importance is a Shapley regression (analyses/driver_importance.yaml). A point is a hundredth of the
-- way from nothing but problems (0) to nothing but praise (100) for every active customer. Its worth: fewer customers who buy nothing in
-- the horizon_days, times what active customers spent in a year. For churn that is the driver's own slope; for the scores it runs through
-- the link from answers to buying (analyses/score_worth.yaml). Slopes are associations among comparable customers, not experiments.
-- outcome: nps, satisfaction or has_churned
-- driver: the topic
-- label_en: its name in English
-- label_it: its name in Italian
-- rank: 1 moves the outcome most
-- importance: share of what all drivers explain together, 0 to 1; null where nobody met or spoke of it
-- importance_low: lower end of its 95% interval
-- importance_high: upper end
-- effect: change of the outcome with one point: points of NPS or of satisfaction, or share of customers who churn
-- effect_low: lower end of its 95% interval
-- effect_high: upper end
-- verdict: raises, lowers or cannot_be_told, by that interval
-- performance: mean among tonight's active customers, 0 to 100; null of fewer than min_group_size
-- performance_low: lower end of its 95% interval
-- performance_high: upper end
-- met: active customers who met an operational problem there, or whose complaint was handled, in the last 180 days
-- spoke: active customers who said something of it in the last 180 days
-- priority: mend_first (important, goes badly), keep_up (important, goes well), watch (goes badly, matters less) or leave; split at the means
-- retained: active customers who buy again within the horizon_days for one point more, a number of customers
-- retained_low: lower end of its 95% interval
-- retained_high: upper end
-- worth: what one point is worth, in the pipeline's currency a year
-- worth_low: lower end of its 95% interval
-- worth_high: upper end
-- caveat: why a value is missing; null where nothing is
with base as (
    select count(*) as customers, coalesce(sum(spend_365_days), 0)::double as yearly_spend from customers_tonight
),

tonight as (
    unpivot (
        select
            delivery, billing, product_quality, queue, refund, app, staff, price, store, assortment, website, packaging, support
        from driver_facts
        where kind = 'date' and observed_at = $as_of::date + interval 1 day
    )
    on delivery, billing, product_quality, queue, refund, app, staff, price, store, assortment, website, packaging, support
    into name driver value value
),

performances as (
    select
        driver,
        avg(value) as performance,
        1.96 * stddev_samp(value) / sqrt(count(*)) as margin
    from tonight
    group by driver
    having count(*) >= $min_group_size::integer
),

touched as (
    select
        driver,
        count(distinct customer_id) filter (basis = 'met') as met,
        count(distinct customer_id) filter (basis = 'said') as spoke
    from driver_experiences
    join customers_tonight using (customer_id)
    where occurred_at >= $as_of::date + interval 1 day - interval 180 day
    group by driver
),

-- Change of the churned share with one point of the outcome; churn is its own.
links as (
    select driver as outcome, effect as slope, (effect_high - effect_low) / 3.92 as slope_error
    from score_worth
    union all
    select 'has_churned', 1.0, 0.0
),

-- The variance of a product of two independent estimates (Goodman 1960).
valued as (
    select
        importances.*,
        importances.effect * links.slope as churn_effect,
        sqrt(
            (links.slope * (effect_high - effect_low) / 3.92) ^ 2
            + (importances.effect * links.slope_error) ^ 2
            + (links.slope_error * (effect_high - effect_low) / 3.92) ^ 2
        ) as churn_error
    from driver_importance as importances
    left join links using (outcome)
),

split as (
    select
        valued.*,
        avg(importance) over (partition by outcome) as mean_importance,
        avg(performances.performance) over (partition by outcome) as mean_performance,
        performances.performance,
        performances.margin
    from valued
    left join performances using (driver)
),

final as (
    select
        split.outcome,
        split.driver,
        coalesce(topic_names.label_en, split.driver) as label_en,
        coalesce(topic_names.label_it, split.driver) as label_it,
        split.rank,
        round(split.importance, 4) as importance,
        round(split.importance_low, 4) as importance_low,
        round(split.importance_high, 4) as importance_high,
        round(split.effect, 6) as effect,
        round(split.effect_low, 6) as effect_low,
        round(split.effect_high, 6) as effect_high,
        split.verdict,
        round(split.performance, 2) as performance,
        round(split.performance - split.margin, 2) as performance_low,
        round(split.performance + split.margin, 2) as performance_high,
        coalesce(touched.met, 0) as met,
        coalesce(touched.spoke, 0) as spoke,
        case
            when split.importance is null or split.performance is null then null
            when split.importance >= mean_importance and split.performance < mean_performance then 'mend_first'
            when split.importance >= mean_importance then 'keep_up'
            when split.performance < mean_performance then 'watch'
            else 'leave'
        end as priority,
        round(-churn_effect * base.customers, 3) as retained,
        round((-churn_effect - 1.96 * churn_error) * base.customers, 3) as retained_low,
        round((-churn_effect + 1.96 * churn_error) * base.customers, 3) as retained_high,
        round(-churn_effect * base.yearly_spend) as worth,
        round((-churn_effect - 1.96 * churn_error) * base.yearly_spend) as worth_low,
        round((-churn_effect + 1.96 * churn_error) * base.yearly_spend) as worth_high,
        coalesce(
            split.caveat,
            case
                when split.performance is null then 'fewer than ' || $min_group_size::integer || ' active customers'
                when split.churn_effect is null then 'no link from this score to buying is known'
            end
        ) as caveat
    from split
    cross join base
    left join topic_names on topic_names.topic = split.driver
    left join touched using (driver)
)

select * from final order by outcome, rank nulls last, driver
