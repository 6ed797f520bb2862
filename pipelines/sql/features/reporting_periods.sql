-- The windows that headline numbers are told for: the last eight of horizon_days and the last 104 weeks, each ending tonight or a whole
-- number of them earlier, as far as purchases cover them whole: a half-empty one would look like growth.
-- grain: window or week
-- period: last day
-- starts_at: first moment
-- ends_at: first moment after it
with bounds as (
    select min(occurred_at)::date as first_on from transactions where kind = 'purchase'
),

ends as (
    select 'window' as grain, $horizon_days::integer as days, step::integer as step from range(0, 8) as steps(step)
    union all
    select 'week', 7, step::integer from range(0, 104) as steps(step)
),

final as (
    select
        grain,
        $as_of::date - step * days as period,
        ($as_of::date - (step + 1) * days + 1)::timestamp as starts_at,
        ($as_of::date - step * days + 1)::timestamp as ends_at
    from ends
    cross join bounds
    where $as_of::date - (step + 1) * days + 1 >= first_on
)

select * from final order by grain, period
