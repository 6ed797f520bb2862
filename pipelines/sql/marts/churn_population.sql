-- Who is asked about churn on each date of the spine, and who is left out for having had no chance to churn. On every date
-- the counts add up to all customers known tonight.
--
-- as_of: date of the spine
-- group: `asked` about churn, or `left out`
-- reason: why: `active`, `not_yet_a_customer`, `never_bought`, `lost_already` or `left_out_by_the_spine`
-- customers: how many
with dates as (
    select distinct as_of from spine
),

last_purchases as (
    select dates.as_of, transactions.customer_id, max(transactions.occurred_at)::date as last_bought_on
    from dates
    join transactions on transactions.occurred_at < dates.as_of + interval 1 day
    where transactions.kind = 'purchase'
    group by all
),

judged as (
    select
        dates.as_of,
        case
            when spine.customer_id is not null then 'active'
            when known_customers.known_since >= dates.as_of + interval 1 day then 'not_yet_a_customer'
            when last_purchases.last_bought_on is null then 'never_bought'
            when last_purchases.last_bought_on <= dates.as_of - $active_days::integer then 'lost_already'
            else 'left_out_by_the_spine'
        end as reason
    from known_customers
    cross join dates
    left join spine using (customer_id, as_of)
    left join last_purchases using (customer_id, as_of)
),

final as (
    select
        as_of,
        case when reason = 'active' then 'asked' else 'left out' end as "group",
        reason,
        count(*) as customers
    from judged
    group by all
)

select * from final order by as_of, "group", reason
