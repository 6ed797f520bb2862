-- Everybody who ever bought, by recency, frequency and monetary value (Hughes 1994): fifths of customers, 5 being the best; customers
-- with the same value have the same score. Segments are named by recency and the mean of frequency and monetary value.
-- customer_id: whose
-- recency_days: days since the last order
-- frequency: orders in the last 730 days
-- monetary: paid for them, in the pipeline's currency
-- recency_score: 1 to 5, 5 having bought last
-- frequency_score: 1 to 5
-- monetary_score: 1 to 5
-- rfm_segment: champions, loyal, potential_loyalists, new_customers, promising, need_attention, about_to_sleep, cannot_lose_them, at_risk, hibernating or lost
with buying as (
    select
        customer_id,
        date_diff('day', max(ordered_at)::date, $as_of::date) as recency_days,
        date_diff('day', min(ordered_at)::date, $as_of::date) as tenure_days,
        count(*) filter (ordered_at >= $as_of::date - 729) as frequency,
        coalesce(sum(amount) filter (ordered_at >= $as_of::date - 729), 0) as monetary
    from orders
    group by customer_id
),

scored as (
    select
        *,
        ceil(5 * cume_dist() over (order by recency_days desc))::integer as recency_score,
        ceil(5 * cume_dist() over (order by frequency))::integer as frequency_score,
        ceil(5 * cume_dist() over (order by monetary))::integer as monetary_score
    from buying
),

valued as (
    select *, (frequency_score + monetary_score) / 2 as value_score from scored
),

final as (
    select
        customer_id,
        recency_days,
        frequency,
        monetary,
        recency_score,
        frequency_score,
        monetary_score,
        case
            when recency_score = 5 and value_score >= 4 then 'champions'
            when recency_score >= 3 and value_score >= 4 then 'loyal'
            when recency_score = 5 and frequency = 1 and tenure_days <= 90 then 'new_customers'
            when recency_score >= 4 and value_score >= 2 then 'potential_loyalists'
            when recency_score >= 4 then 'promising'
            when recency_score = 3 and value_score >= 3 then 'need_attention'
            when recency_score = 3 then 'about_to_sleep'
            when value_score >= 4.5 then 'cannot_lose_them'
            when value_score >= 3 then 'at_risk'
            when recency_score = 2 then 'hibernating'
            else 'lost'
        end as rfm_segment
    from valued
)

select * from final order by customer_id
