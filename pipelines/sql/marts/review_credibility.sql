-- Reviews of the own brand with how far to believe each: a percentage, or the reason why it is not judged.
select
    review_signals.feedback_id,
    review_signals.occurred_at,
    review_signals.product_id,
    review_signals.rating,
    review_signals.rating_scale,
    review_signals.text,
    round(100 * (1 - review_scores.fake_probability))::integer as credibility_percent,
    review_scores.fake_probability_reasons as not_judged_because
from review_signals
left join review_scores using (feedback_id)
where review_signals.brand = 'own'
order by review_signals.occurred_at, review_signals.feedback_id
