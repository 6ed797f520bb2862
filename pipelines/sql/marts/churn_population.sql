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

-- Of each customer the newest purchase up to each date and after the date before.
bought as (
    select
        transactions.customer_id,
        [as_of for as_of in all_dates.list if as_of >= transactions.occurred_at::date][1] as as_of,
        max(transactions.occurred_at)::date as bought_on
    from transactions
    cross join (select list(as_of order by as_of) as list from dates) as all_dates
    where transactions.kind = 'purchase'
    group by all
),

last_purchases as (
    select
        known_customers.customer_id,
        known_customers.known_since,
        dates.as_of,
        max(bought.bought_on) over (partition by known_customers.customer_id order by dates.as_of) as last_bought_on
    from known_customers
    cross join dates
    left join bought using (customer_id, as_of)
),

judged as (
    select
        last_purchases.as_of,
        case
            when spine.customer_id is not null then 'active'
            when known_since >= last_purchases.as_of + interval 1 day then 'not_yet_a_customer'
            when last_bought_on is null then 'never_bought'
            when last_bought_on <= last_purchases.as_of - $active_days::integer then 'lost_already'
            else 'left_out_by_the_spine'
        end as reason
    from last_purchases
    left join spine using (customer_id, as_of)
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
