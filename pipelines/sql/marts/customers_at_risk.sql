-- Tonight's customers by what they may take with them: the chance that they leave times what they spent in a year.
--
-- customer_id: the customer
-- segment: kind of customer, as the CRM says
-- churn_probability: that they buy nothing in the next $horizon_days days, 0 to 1
-- yearly_spend: what they spent in the 365 days up to tonight, in the pipeline's currency
-- revenue_at_risk: churn_probability times yearly_spend, in the same currency
-- days_since_last_order: days
-- late_deliveries_180_days: late deliveries that they met in 180 days
-- open_complaints: cases that are not solved tonight
-- reasons_en: what raises and lowers the chance most, in English
-- reasons_it: the same in Italian
with why as (
    select
        item_id,
        string_agg(text_en, '; ' order by rank) as reasons_en,
        string_agg(text_it, '; ' order by rank) as reasons_it
    from reasons
    where model = 'churn'
    group by item_id
)

select
    churn_scores.customer_id,
    customers_tonight.segment,
    churn_scores.churn_probability,
    customers_tonight.spend_365_days as yearly_spend,
    round(churn_scores.churn_probability * customers_tonight.spend_365_days, 2) as revenue_at_risk,
    customers_tonight.days_since_last_order,
    customers_tonight.late_deliveries_180_days,
    customers_tonight.open_complaints,
    why.reasons_en,
    why.reasons_it
from churn_scores
join customers_tonight using (customer_id)
join treatable_customers using (customer_id)
left join why on why.item_id = churn_scores.customer_id::varchar
where churn_scores.churn_probability is not null
order by revenue_at_risk desc, churn_scores.customer_id
