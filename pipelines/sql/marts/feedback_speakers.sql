-- Who is speaking, and why that is believed. The first rule that holds decides.
with last_purchases as (
    select
        feedback.feedback_id,
        max(transactions.occurred_at) as bought_last
    from feedback
    join transactions
        on transactions.customer_id = feedback.customer_id
        and transactions.kind = 'purchase'
        and transactions.occurred_at < feedback.occurred_at
    where feedback.occurred_at < $as_of::date + interval 1 day
    group by feedback.feedback_id
),

tones as (
    select feedback_id, avg(positive_probability) as positive_probability from sentence_sentiment group by feedback_id
),

evidence as (
    select
        feedback.feedback_id,
        feedback.source,
        feedback.brand,
        feedback.customer_id is not null as is_known_customer,
        coalesce(feedback.is_verified, false) or feedback.order_id is not null as has_bought,
        last_purchases.bought_last is not null
            and last_purchases.bought_last < feedback.occurred_at - to_days($active_days::integer) as is_lapsed,
        coalesce(speaks_of_leaving, false) as speaks_of_leaving,
        coalesce(is_abusive, false) as is_abusive,
        coalesce(asks, false) as asks,
        competitor,
        coalesce(is_specific, false) as is_specific,
        coalesce(topics.n, 0) as topics,
        coalesce(feedback_credibility.credibility_percent < 50, false) as is_doubted,
        coalesce(feedback.rating / feedback.rating_scale <= 0.5, tones.positive_probability < 0.5, false) as is_negative
    from feedback
    left join last_purchases using (feedback_id)
    left join tones using (feedback_id)
    left join feedback_signs using (feedback_id)
    left join feedback_details using (feedback_id)
    left join feedback_credibility using (feedback_id)
    left join (select feedback_id, count(*) as n from feedback_topics group by feedback_id) as topics using (feedback_id)
    where feedback.occurred_at < $as_of::date + interval 1 day
),

judged as (
    select
        *,
        case
            when source = 'employee' then 'writes_as_employee'
            when is_known_customer and speaks_of_leaving then 'customer_who_says_they_leave'
            when is_known_customer and is_lapsed and source <> 'survey' then 'customer_who_stopped_buying'
            when is_known_customer or source = 'survey' then 'known_to_the_crm'
            when is_abusive and not has_bought and not is_specific and topics = 0 then 'abuse_without_an_experience'
            when brand = 'own' and competitor is not null and not has_bought and not is_negative and not speaks_of_leaving
                then 'advertises_another_brand'
            when brand <> 'own' then 'speaks_of_another_brand'
            when is_doubted and is_negative then 'doubted_attack'
            when is_doubted then 'doubted_praise'
            when speaks_of_leaving then 'says_they_leave'
            when asks and not is_negative and not has_bought then 'asks_before_buying'
            when has_bought then 'has_bought'
            when topics > 0 or is_specific then 'tells_of_an_experience'
            else 'nothing_shows_a_purchase'
        end as reason
    from evidence
),

final as (
    select
        feedback_id,
        case
            when reason = 'writes_as_employee' then 'employee'
            when reason in ('customer_who_says_they_leave', 'customer_who_stopped_buying', 'says_they_leave') then 'ex_customer'
            when reason in ('known_to_the_crm', 'has_bought', 'tells_of_an_experience') then 'customer'
            when reason = 'abuse_without_an_experience' then 'troll'
            when reason in ('doubted_attack', 'advertises_another_brand') then 'competitor'
            else 'prospect'
        end as speaker,
        reason
    from judged
)

select * from final
