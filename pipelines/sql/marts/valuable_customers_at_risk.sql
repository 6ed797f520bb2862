-- Whom to call first: customers in the best fifth by what they paid in two years who are more likely to leave than others of that
-- fifth, with what went wrong most recently. Members of the hold-out are never on it, as it is drawn from customers_at_risk.
-- customer_id: whom
-- rfm_segment: as in rfm_segments
-- churn_probability: the chance to buy nothing in the horizon_days, 0 to 1
-- yearly_spend: paid in the last 365 days, in the pipeline's currency
-- revenue_at_risk: their product
-- expected_value: what they are expected to pay in the next year, leaving included; null where not known
-- attachment: 0 to 100
-- attachment_change: since the newest date whose horizon has passed; null where not known
-- weakest_part: of attachment
-- last_problem: the driver of their last bad experience in the last 180 days; null where there was none
-- last_problem_en: its name in English
-- last_problem_it: its name in Italian
-- last_problem_on: its day
with valuable as (
    select
        customers_at_risk.*,
        rfm_segments.rfm_segment,
        median(customers_at_risk.churn_probability) over () as usual_probability
    from customers_at_risk
    join rfm_segments using (customer_id)
    where rfm_segments.monetary_score = 5
),

problems as (
    select
        customer_id,
        max_by(driver, (occurred_at, driver)) as driver,
        max(occurred_at)::date as occurred_on
    from driver_experiences
    where value < 0 and occurred_at >= $as_of::date + interval 1 day - interval 180 day
    group by customer_id
),

final as (
    select
        valuable.customer_id,
        valuable.rfm_segment,
        valuable.churn_probability,
        valuable.yearly_spend,
        valuable.revenue_at_risk,
        lifetime_value.expected_value,
        attachment.attachment,
        attachment.change as attachment_change,
        attachment.weakest_part,
        problems.driver as last_problem,
        topic_names.label_en as last_problem_en,
        topic_names.label_it as last_problem_it,
        problems.occurred_on as last_problem_on
    from valuable
    left join lifetime_value using (customer_id)
    left join attachment_index as attachment using (customer_id)
    left join problems using (customer_id)
    left join topic_names on topic_names.topic = problems.driver
    where valuable.churn_probability > valuable.usual_probability
)

select * from final order by revenue_at_risk desc, customer_id
