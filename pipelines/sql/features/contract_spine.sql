-- Whom to ask about contractual churn, and as of when: customers with a contract that goes on after the date and no notice
-- given by then. Who has given notice has decided, and is not asked.
with dates as (
    select ($as_of::date - step::integer * $snapshot_days::integer) as as_of
    from range(0, $snapshots::integer) as steps(step)
),

final as (
    select subscriptions.customer_id, dates.as_of
    from dates
    join subscriptions
        on subscriptions.started_on <= dates.as_of
        and (subscriptions.ends_on is null or subscriptions.ends_on > dates.as_of)
    group by all
    having not bool_or(coalesce(subscriptions.notice_given_on <= dates.as_of, false))
)

select * from final
