-- What was known at the end of its date of each customer of the spine who has a contract.
with contracts as (
    select
        spine.customer_id,
        spine.as_of,
        subscriptions.*  exclude (customer_id),
        coalesce(ends_on > spine.as_of or ends_on is null, false) as is_running
    from spine
    join subscriptions
        on subscriptions.customer_id = spine.customer_id
        and subscriptions.started_on <= spine.as_of
),

agreed as (
    select
        customer_id,
        as_of,
        date_diff('day', min(started_on), as_of) as tenure_days,
        date_diff('day', max(started_on), as_of) as days_since_last_start,
        count(*) as contracts_so_far,
        count(*) filter (is_running) as contracts_running,
        sum(monthly_price) filter (is_running) as monthly_price,
        max_by(plan, (started_on, subscription_id)) as last_plan
    from contracts
    group by customer_id, as_of
),

complaints as (
    select
        spine.customer_id,
        spine.as_of,
        count(*) filter (opened_at >= spine.as_of - 89) as complaints_90_days,
        count(*) filter (resolved_at is null or resolved_at >= spine.as_of + interval 1 day) as open_complaints
    from spine
    join cases
        on cases.customer_id = spine.customer_id
        and cases.opened_at < spine.as_of + interval 1 day
    group by all
),

final as (
    select
        agreed.*,
        coalesce(complaints.complaints_90_days, 0) as complaints_90_days,
        coalesce(complaints.open_complaints, 0) as open_complaints
    from agreed
    left join complaints using (customer_id, as_of)
)

select * from final
