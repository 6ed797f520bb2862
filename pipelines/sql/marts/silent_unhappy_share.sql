-- How many unhappy customers never complain: those to whom something went wrong in the horizon_days that ended settle_days before
-- tonight, by whether they complained, and what became of them. Over all, and by what went wrong.
-- friction: what went wrong, the customer's first in that time; all for all
-- customers: to whom it happened
-- complained: who opened a case within settle_days of it
-- silent: who did not
-- silent_share: of the customers, 0 to 1
-- silent_low: lower end of its 95% interval (Wilson)
-- silent_high: upper end
-- caveat: why shares are not shown, null where they are
with hit as (
    select friction, customer_id, occurred_at
    from friction_exposures
    where
        exposure = 'event'
        and occurred_at < $as_of::date + interval 1 day - to_days($settle_days::integer)
        and occurred_at >= $as_of::date + interval 1 day - to_days($settle_days::integer + $horizon_days::integer)
    qualify row_number() over (partition by customer_id order by occurred_at, friction) = 1
),

judged as (
    select hit.friction, hit.customer_id, count(cases.case_id) > 0 as has_complained
    from hit
    left join cases
        on cases.customer_id = hit.customer_id
        and cases.opened_at >= hit.occurred_at
        and cases.opened_at < hit.occurred_at + to_days($settle_days::integer)
    group by hit.friction, hit.customer_id
),

each_way as (
    select * from judged
    union all by name
    select * replace ('all' as friction) from judged
),

counted as (
    select
        friction,
        count(*) as customers,
        count(*) filter (has_complained) as complained,
        count(*) filter (not has_complained) as silent
    from each_way
    group by friction
),

whole as (
    select * from counted
    union all by name
    select 'all' as friction, 0 as customers, 0 as complained, 0 as silent
    where not exists (from counted)
),

shares as (
    select *, silent / nullif(customers, 0) as share, 1.96 * 1.96 / nullif(customers, 0) as z from whole
),

final as (
    select
        friction,
        customers,
        complained,
        silent,
        case when customers >= $min_group_size::integer then round(share, 4) end as silent_share,
        case
            when customers >= $min_group_size::integer
                then round((share + z / 2 - sqrt(z * (share * (1 - share) + z / 4))) / (1 + z), 4)
        end as silent_low,
        case
            when customers >= $min_group_size::integer
                then round((share + z / 2 + sqrt(z * (share * (1 - share) + z / 4))) / (1 + z), 4)
        end as silent_high,
        case
            when customers = 0 then 'nothing went wrong'
            when customers < $min_group_size::integer then 'fewer than ' || $min_group_size::integer || ' customers'
        end as caveat
    from shares
)

select * from final order by friction <> 'all', friction
