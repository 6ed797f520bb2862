-- Contractual churn: when the horizon_days after the date are over, no contract goes on. A renewal, or another contract
-- begun meanwhile, is no churn. Empty until the horizon has passed, also where notice has been given before: labels that are
-- known early are those of the lost alone, and a model that learnt from them would fear too much.
with horizons as (
    select customer_id, as_of, as_of + $horizon_days::integer as known_on from spine
),

going_on as (
    select horizons.customer_id, horizons.as_of
    from horizons
    join subscriptions
        on subscriptions.customer_id = horizons.customer_id
        and subscriptions.started_on <= horizons.known_on
        and (subscriptions.ends_on is null or subscriptions.ends_on > horizons.known_on)
    group by all
),

final as (
    select
        horizons.customer_id,
        horizons.as_of,
        horizons.known_on,
        case when horizons.known_on <= $as_of::date then going_on.customer_id is null end as has_churned
    from horizons
    left join going_on using (customer_id, as_of)
)

select * from final
