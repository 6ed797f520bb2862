-- Everyone who was asked for an opinion in a reporting window, whether they answered, what they scored, and what had been seen of them
-- before the question. The order last received before it stands for the one that it is about: it is known of those, too, who
-- kept silent. Answers are those known tonight.
-- ask_id: the question's touchpoint
-- customer_id: who was asked
-- asked_at: when
-- period: last day of the reporting window
-- is_answered: whether an answer has come
-- nps: 100, 0 or -100, as in answers; null without an answer or where it was not asked for
-- csat: 1 or 0, as in answers; null likewise
-- ces: 1 to 7; null likewise
-- credibility: weight of the answer by how far it is believed, above 0 to 1; null without one
-- called_nps: the score that a follow-up by telephone brought, null where there was none
-- called_csat: likewise
-- called_ces: likewise
-- channel: where the last order received was placed
-- store_id: its store, null elsewhere
-- segment: kind of customer, as declared at registration
-- language: language for contact
-- has_consent: may be contacted for marketing, as known tonight: the CRM keeps no earlier value
-- log_orders: natural logarithm of the number of orders received, plus one
-- log_orders_a_year: natural logarithm of orders a year since the first one
-- log_orders_last_year: natural logarithm of orders in the 365 days before, plus one
-- log_days_of_custom: natural logarithm of days since the first order, plus one
-- log_days_since_last: natural logarithm of days since the last order received, plus one
-- log_spend: natural logarithm of what was paid so far, plus one
-- store_share: share of orders placed in stores, 0 to 1
-- app_share: share of orders placed in the app, 0 to 1
-- log_problems: natural logarithm of problems met in the 120 days before, plus one
-- is_first_ask: never asked before
-- log_asks: natural logarithm of questions put before, plus one
-- answers_before_share: answers to them over questions put, plus one each way
with asks as (
    select
        touchpoints.touchpoint_id as ask_id,
        touchpoints.customer_id,
        touchpoints.occurred_at as asked_at,
        periods.period
    from touchpoints
    left join reporting_periods as periods
        on periods.grain = 'window'
        and periods.period = $as_of::date
        - $horizon_days::integer * (($as_of::date - touchpoints.occurred_at::date) // $horizon_days::integer)::integer
    where touchpoints.kind = 'survey' and touchpoints.occurred_at < $as_of::date + interval 1 day
),

events as (
    select customer_id, asked_at as happened_at, ask_id, null::timestamp as ordered_at, null as channel, null as store_id,
        null::double as amount, 0 as problem, 0 as answer
    from asks
    union all
    select customer_id, coalesce(delivered_at, ordered_at), null, ordered_at, channel, coalesce(store_id, ''), amount::double, 0, 0
    from orders
    union all
    select customer_id, occurred_at, null, null, null, null, null, 1, 0
    from touchpoints
    where outcome = 'problem' and kind <> 'survey' and occurred_at < $as_of::date + interval 1 day
    union all
    select customer_id, answered_at, null, null, null, null, null, 0, 1
    from answers
    where kind = 'asked'
),

seen as (
    select
        ask_id,
        last_value(channel ignore nulls) over before as channel,
        nullif(last_value(store_id ignore nulls) over before, '') as store_id,
        min(ordered_at) over before as first_ordered_at,
        max(ordered_at) over before as last_ordered_at,
        count(ordered_at) over before as orders,
        coalesce(sum(amount) over before, 0) as spend,
        count(channel) filter (channel = 'store') over before as store_orders,
        count(channel) filter (channel = 'app') over before as app_orders,
        count(ask_id) over before - 1 as asks_before,
        sum(answer) over before as answers_before,
        count(ordered_at) over last_year as orders_last_year,
        sum(problem) over last_months as problems
    from events
    window
        before as (partition by customer_id order by happened_at, ask_id nulls first, ordered_at rows unbounded preceding),
        last_year as (partition by customer_id order by happened_at range between interval 364 days preceding and current row),
        last_months as (partition by customer_id order by happened_at range between interval 119 days preceding and current row)
),

scores as (
    select
        answers.ask_id,
        count(*) filter (answers.kind = 'asked') > 0 as is_answered,
        max(answers.nps) filter (answers.kind = 'asked') as nps,
        max(answers.csat) filter (answers.kind = 'asked') as csat,
        max(answers.ces) filter (answers.kind = 'asked') as ces,
        max(coalesce(feedback_credibility.weight, 1)) filter (answers.kind = 'asked') as credibility,
        max(answers.nps) filter (answers.kind = 'follow_up') as called_nps,
        max(answers.csat) filter (answers.kind = 'follow_up') as called_csat,
        max(answers.ces) filter (answers.kind = 'follow_up') as called_ces
    from answers
    left join feedback_credibility using (feedback_id)
    where answers.ask_id is not null
    group by answers.ask_id
),

final as (
    select
        asks.ask_id,
        asks.customer_id,
        asks.asked_at,
        asks.period,
        coalesce(scores.is_answered, false) as is_answered,
        scores.nps,
        scores.csat,
        scores.ces,
        scores.credibility::double as credibility,
        scores.called_nps,
        scores.called_csat,
        scores.called_ces,
        seen.channel,
        seen.store_id,
        customers.segment,
        customers.language,
        customers.marketing_consent as has_consent,
        round(ln(1 + seen.orders), 6) as log_orders,
        round(
            ln((1 + seen.orders) / (0.5 + greatest(date_diff('day', seen.first_ordered_at, asks.asked_at), 0) / 365)), 6
        ) as log_orders_a_year,
        round(ln(1 + seen.orders_last_year), 6) as log_orders_last_year,
        round(ln(1 + greatest(date_diff('day', seen.first_ordered_at, asks.asked_at), 0)), 6) as log_days_of_custom,
        round(ln(1 + greatest(date_diff('day', seen.last_ordered_at, asks.asked_at), 0)), 6) as log_days_since_last,
        round(ln(1 + greatest(seen.spend, 0)), 4) as log_spend,
        round(seen.store_orders / nullif(seen.orders, 0), 6) as store_share,
        round(seen.app_orders / nullif(seen.orders, 0), 6) as app_share,
        round(ln(1 + seen.problems), 6) as log_problems,
        seen.asks_before = 0 as is_first_ask,
        round(ln(1 + seen.asks_before), 6) as log_asks,
        round((seen.answers_before + 1) / (seen.asks_before + 2), 6) as answers_before_share
    from asks
    join seen using (ask_id)
    left join scores using (ask_id)
    left join customers using (customer_id)
    where asks.period is not null
)

select * from final order by ask_id
