-- What employees report beside what customers say, topic by topic, over the last 365 days, and where the two sides disagree: about how much
-- of the talk a topic takes, and about how often what is said of it is bad. Customers are those who speak as customers or former
-- customers on any channel. Differences are employees' less customers', with 95% intervals (Newcombe 1998, method 10, from Wilson
-- intervals); intervals stand each for itself, so of twenty topics one may disagree by chance.
-- topic: what is spoken of
-- employee_messages: employees' messages with a topic that speak of it
-- customer_messages: customers' messages with a topic that speak of it
-- employee_share: share of all employees' messages with a topic; null where they have fewer than min_group_size
-- customer_share: share of all customers' messages with a topic; null likewise
-- share_difference: employee_share less customer_share
-- share_difference_low: its 95% interval
-- share_difference_high: its 95% interval
-- employee_negative: share of employees' messages on it that are bad news; null below min_group_size with a sentiment
-- customer_negative: share of customers' messages on it that are bad news; null likewise
-- negative_difference: employee_negative less customer_negative
-- negative_difference_low: its 95% interval
-- negative_difference_high: its 95% interval
-- verdict: employees_more, customers_more, alike or untold: who speaks of it more
-- negative_verdict: employees_worse, customers_worse, alike or untold: who speaks of it worse
-- caveat: why a comparison is not there
with voices as (
    select
        feedback_id,
        case speaker when 'employee' then 'employee' else 'customer' end as side
    from feedback_speakers
    join feedback using (feedback_id)
    where
        speaker in ('employee', 'customer', 'ex_customer')
        and brand = 'own'
        and occurred_at >= $as_of::date - 364
        and occurred_at < $as_of::date + interval 1 day
),

said as (
    select voices.side, feedback_topics.feedback_id, feedback_topics.topic, feedback_topics.sentiment
    from feedback_topics
    join voices using (feedback_id)
),

totals as (
    select
        count(distinct feedback_id) filter (side = 'employee') as employees,
        count(distinct feedback_id) filter (side = 'customer') as customers
    from said
),

counted as (
    select
        topic,
        count(*) filter (side = 'employee') as employee_messages,
        count(*) filter (side = 'customer') as customer_messages,
        count(sentiment) filter (side = 'employee') as employee_judged,
        count(sentiment) filter (side = 'customer') as customer_judged,
        count(*) filter (side = 'employee' and sentiment < 0) as employee_bad,
        count(*) filter (side = 'customer' and sentiment < 0) as customer_bad
    from said
    group by topic
),

compared as (
    select topic, 'share' as kind, employee_messages as x1, employees as n1, customer_messages as x2, customers as n2
    from counted
    cross join totals
    union all
    select topic, 'negative', employee_bad, employee_judged, customer_bad, customer_judged from counted
),

shares as (
    select *, x1 / n1 as p1, x2 / n2 as p2
    from compared
    where n1 >= $min_group_size::integer and n2 >= $min_group_size::integer
),

wilson as (
    select
        *,
        (p1 + 1.96 ^ 2 / (2 * n1)) / (1 + 1.96 ^ 2 / n1) as centre1,
        1.96 * sqrt(p1 * (1 - p1) / n1 + 1.96 ^ 2 / (4 * n1 ^ 2)) / (1 + 1.96 ^ 2 / n1) as margin1,
        (p2 + 1.96 ^ 2 / (2 * n2)) / (1 + 1.96 ^ 2 / n2) as centre2,
        1.96 * sqrt(p2 * (1 - p2) / n2 + 1.96 ^ 2 / (4 * n2 ^ 2)) / (1 + 1.96 ^ 2 / n2) as margin2
    from shares
),

differences as (
    select
        topic,
        kind,
        p1,
        p2,
        p1 - p2 as difference,
        p1 - p2 - sqrt((p1 - centre1 + margin1) ^ 2 + (centre2 + margin2 - p2) ^ 2) as low,
        p1 - p2 + sqrt((centre1 + margin1 - p1) ^ 2 + (p2 - centre2 + margin2) ^ 2) as high
    from wilson
),

final as (
    select
        counted.topic,
        counted.employee_messages,
        counted.customer_messages,
        round(spoken.p1, 4) as employee_share,
        round(spoken.p2, 4) as customer_share,
        round(spoken.difference, 4) as share_difference,
        round(spoken.low, 4) as share_difference_low,
        round(spoken.high, 4) as share_difference_high,
        round(bad.p1, 4) as employee_negative,
        round(bad.p2, 4) as customer_negative,
        round(bad.difference, 4) as negative_difference,
        round(bad.low, 4) as negative_difference_low,
        round(bad.high, 4) as negative_difference_high,
        case
            when spoken.topic is null then 'untold'
            when spoken.low > 0 then 'employees_more'
            when spoken.high < 0 then 'customers_more'
            else 'alike'
        end as verdict,
        case
            when bad.topic is null then 'untold'
            when bad.low > 0 then 'employees_worse'
            when bad.high < 0 then 'customers_worse'
            else 'alike'
        end as negative_verdict,
        case
            when spoken.topic is null then 'one side has fewer than ' || $min_group_size::integer || ' messages'
            when bad.topic is null then 'one side has fewer than ' || $min_group_size::integer || ' messages with a sentiment on it'
        end as caveat
    from counted
    left join differences as spoken on spoken.topic = counted.topic and spoken.kind = 'share'
    left join differences as bad on bad.topic = counted.topic and bad.kind = 'negative'
)

select * from final order by topic
