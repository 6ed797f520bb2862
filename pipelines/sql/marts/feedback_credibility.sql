-- Every message with how far to believe it: the chance in percent that it is genuine, where a model has learned that from moderators;
-- else high, medium or low by the weak rules. Never both.
-- feedback_id: the message
-- occurred_at: when it was written
-- source: channel that it came by
-- brand: own, or the competitor's name
-- product_id: product that it is about; null where it is about none
-- rating: stars or points given, on rating_scale
-- rating_scale: the highest rating that could be given
-- text: its words, as written
-- credibility_percent: chance that it is genuine, percent, 0 to 100; null where it is not judged and where there is no model
-- not_judged_because: empty_text, too_short or unlike_training where a model has no ground to judge, else null
-- level: high, medium or low by the sum of the rules' points, where there is no model, else null
-- reasons_en: what moves the percentage most, or the rules that fired, in English
-- reasons_it: the same in Italian
-- weight: what it counts in scores, 0.05 to 1: its chance to be genuine; by rules 0.5 where the level is low; else 1
with why as (
    select
        item_id,
        string_agg(text_en, '; ' order by rank) as reasons_en,
        string_agg(text_it, '; ' order by rank) as reasons_it
    from reasons
    where model = 'credibility'
    group by item_id
),

ruled as (
    select
        feedback_id,
        sum(points) as points,
        string_agg(label_en, '; ' order by abs(points) desc, rule) as rules_en,
        string_agg(label_it, '; ' order by abs(points) desc, rule) as rules_it
    from fired_rules
    group by feedback_id
),

model as (
    select status <> 'refused' as is_there from credibility_model
),

final as (
    select
        feedback.feedback_id,
        feedback.occurred_at,
        feedback.source,
        feedback.brand,
        feedback.product_id,
        feedback.rating,
        feedback.rating_scale,
        feedback.text,
        round(100 * (1 - feedback_scores.fake_probability))::integer as credibility_percent,
        case
            when model.is_there then feedback_scores.fake_probability_withheld
        end as not_judged_because,
        case
            when model.is_there then null
            when coalesce(ruled.points, 0) >= 2 then 'high'
            when coalesce(ruled.points, 0) <= -2 then 'low'
            else 'medium'
        end as level,
        case when model.is_there then why.reasons_en else ruled.rules_en end as reasons_en,
        case when model.is_there then why.reasons_it else ruled.rules_it end as reasons_it,
        -- What a message weighs in scores: less where it is doubted, never nothing.
        round(case
            when feedback_scores.fake_probability is not null then greatest(1 - feedback_scores.fake_probability, 0.05)
            when not model.is_there and coalesce(ruled.points, 0) <= -2 then 0.5
            else 1
        end, 3) as weight
    from feedback
    cross join model
    left join feedback_scores using (feedback_id)
    left join why on why.item_id = feedback.feedback_id
    left join ruled using (feedback_id)
    where feedback.occurred_at < $as_of::date + interval 1 day
)

select * from final order by feedback_id
