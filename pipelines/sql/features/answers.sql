-- Every answer to a survey, and every other score that a customer gave: to which question it belongs, and where and what had been bought.
-- An answer belongs to the last question put to the customer (a touchpoint of the kind survey) in the 30 days before it; about the same
-- order, where both name one. A score given on the telephone after a question is a follow-up.
-- feedback_id: the message
-- ask_id: the question's touchpoint, null where none is known
-- kind: asked, follow_up, or unasked where no question is known
-- customer_id: who answered, null where not known
-- answered_at: when
-- asked_at: when the question was put, null where none is known
-- order_id: the order that it is about, where named
-- product_id: the product, where the message names one
-- channel: where that order was placed, null where not known
-- store_id: the store, where there is one
-- nps: 100 for a promoter (9 or 10), -100 for a detractor (0 to 6), else 0; null where not given
-- csat: 1 for satisfied (4 or 5), else 0; null where not given
-- ces: ease from 1 to 7; null where not given
with scored as (
    select
        feedback_id,
        customer_id,
        order_id,
        product_id,
        store_id,
        source,
        occurred_at as answered_at,
        100 * ((nps >= 9)::integer - (nps <= 6)::integer) as nps,
        (csat >= 4)::integer as csat,
        ces
    from feedback
    where
        occurred_at < $as_of::date + interval 1 day
        and brand = 'own'
        and source <> 'employee'
        and (source = 'survey' or nps is not null or csat is not null or ces is not null)
),

asks as (
    select touchpoint_id as ask_id, customer_id, order_id as asked_about, occurred_at as asked_at, outcome
    from touchpoints
    where kind = 'survey' and occurred_at < $as_of::date + interval 1 day
),

linked as (
    select
        scored.feedback_id,
        case when scored.source = 'call' then 'follow_up' else 'asked' end as kind,
        max_by(asks.ask_id, (asks.asked_at, asks.ask_id)) as ask_id,
        max(asks.asked_at) as asked_at,
        any_value(scored.answered_at) as answered_at
    from scored
    join asks
        on asks.customer_id = scored.customer_id
        and asks.asked_at <= scored.answered_at
        and asks.asked_at > scored.answered_at - interval 30 days
        and (asks.asked_about = scored.order_id or asks.asked_about is null or scored.order_id is null)
        and (asks.outcome <> 'abandoned' or scored.source = 'call')
    group by scored.feedback_id, scored.source
),

-- Of two answers to one question the first counts.
first_answers as (
    select * from linked
    qualify row_number() over (partition by ask_id, kind order by answered_at, feedback_id) = 1
),

final as (
    select
        scored.feedback_id,
        first_answers.ask_id,
        coalesce(first_answers.kind, 'unasked') as kind,
        scored.customer_id,
        scored.answered_at,
        first_answers.asked_at,
        scored.order_id,
        scored.product_id,
        orders.channel,
        coalesce(scored.store_id, orders.store_id) as store_id,
        scored.nps,
        scored.csat,
        scored.ces
    from scored
    left join first_answers using (feedback_id)
    left join orders using (order_id)
)

select * from final order by feedback_id
