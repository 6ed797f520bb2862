-- Who is speaking, and why that is believed. The first rule that holds decides, by who the account is, what it buys and how it behaves.
-- feedback_id: the message
-- speaker: customer, ex_customer, prospect (every other user), troll, employee or competitor
-- reason: name of the rule that holds
-- reason_en: the same in words, in English
-- reason_it: the same in words, in Italian
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
        coalesce(feedback_signs.speaks_of_leaving, false) as speaks_of_leaving,
        coalesce(feedback_signs.is_abusive, false) as is_abusive,
        coalesce(feedback_signs.asks, false) as asks,
        feedback_signs.competitor,
        coalesce(feedback_details.is_specific, false) as is_specific,
        coalesce(topics.n, 0) as topics,
        coalesce(feedback_signals.log_author_messages >= 0.69 and feedback_signals.author_abuse >= 0.3, false) as abuses_elsewhere,
        coalesce(feedback_signals.author_promotions >= 1.09, false) as often_names_competitors,
        coalesce(feedback_credibility.credibility_percent < 50, false) as is_doubted,
        coalesce(feedback.rating / feedback.rating_scale <= 0.5, tones.positive_probability < 0.5, false) as is_negative
    from feedback
    left join last_purchases using (feedback_id)
    left join tones using (feedback_id)
    left join feedback_signs using (feedback_id)
    left join feedback_details using (feedback_id)
    left join feedback_signals using (feedback_id)
    left join feedback_credibility using (feedback_id)
    left join (select feedback_id, count(distinct topic) as n from sentence_topics group by feedback_id) as topics
        using (feedback_id)
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
            when abuses_elsewhere and not has_bought and not is_specific then 'account_that_abuses'
            when brand = 'own' and competitor is not null and not has_bought and not speaks_of_leaving
                and (often_names_competitors or not is_negative)
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

rules as (
    select *
    from (values
        ('writes_as_employee', 'employee', 'it came through the channel of employees', 'è arrivato dal canale dei dipendenti'),
        ('customer_who_says_they_leave', 'ex_customer', 'a customer on file who says that they leave', 'cliente conosciuto che dice di andarsene'),
        ('customer_who_stopped_buying', 'ex_customer', 'a customer on file who has long bought nothing', 'cliente conosciuto che da molto non compra'),
        ('known_to_the_crm', 'customer', 'a customer on file', 'cliente conosciuto'),
        ('abuse_without_an_experience', 'troll', 'abuse that tells of no experience', 'insulti senza raccontare un''esperienza'),
        ('account_that_abuses', 'troll', 'an account much of whose writing is abuse', 'account che scrive spesso insulti'),
        ('advertises_another_brand', 'competitor', 'draws custom to another brand', 'fa pubblicità a un altro marchio'),
        ('speaks_of_another_brand', 'prospect', 'tells of another brand', 'parla di un altro marchio'),
        ('doubted_attack', 'competitor', 'blame that is probably not genuine', 'critica probabilmente non autentica'),
        ('doubted_praise', 'prospect', 'praise that is probably not genuine', 'elogio probabilmente non autentico'),
        ('says_they_leave', 'ex_customer', 'says that they leave', 'dice di andarsene'),
        ('asks_before_buying', 'prospect', 'asks, and nothing shows a purchase', 'chiede, e nulla mostra un acquisto'),
        ('has_bought', 'customer', 'the purchase is proved', 'l''acquisto è provato'),
        ('tells_of_an_experience', 'customer', 'tells of an experience with the brand', 'racconta un''esperienza con il marchio'),
        ('nothing_shows_a_purchase', 'prospect', 'nothing shows a purchase', 'nulla mostra un acquisto')
    ) as t(reason, speaker, reason_en, reason_it)
),

final as (
    select judged.feedback_id, rules.speaker, judged.reason, rules.reason_en, rules.reason_it
    from judged
    join rules using (reason)
)

select * from final order by feedback_id
