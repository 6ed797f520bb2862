-- Who is asked about contractual churn on each date of the spine, and who is left out for having had no chance to churn. On
-- every date the counts add up to all customers known tonight.
--
-- as_of: date of the spine
-- group: `asked` about churn, or `left out`
-- reason: why: `active`, `never_had_a_contract`, `contract_not_started`, `contract_ended` or `notice_given`
-- customers: how many
with dates as (
    select distinct as_of from spine
),

everyone as (
    select customer_id from customers
    union
    select customer_id from subscriptions
),

contracts as (
    select
        dates.as_of,
        subscriptions.customer_id,
        bool_or(started_on <= dates.as_of) as has_started,
        bool_or(started_on <= dates.as_of and (ends_on is null or ends_on > dates.as_of)) as goes_on
    from dates
    cross join subscriptions
    group by all
),

judged as (
    select
        dates.as_of,
        case
            when spine.customer_id is not null then 'active'
            when contracts.customer_id is null then 'never_had_a_contract'
            when not contracts.has_started then 'contract_not_started'
            when not contracts.goes_on then 'contract_ended'
            else 'notice_given'
        end as reason
    from everyone
    cross join dates
    left join spine using (customer_id, as_of)
    left join contracts using (customer_id, as_of)
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
