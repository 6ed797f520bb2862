-- Complaints of the last 365 days from received to what became of the customer, over all and by channel. Shares of left, stayed and
-- forgave are of the customers whose horizon_days after the complaint have passed; intervals are Wilson's (1927), 95%.
-- channel: where complaints came in; all for all
-- place: of the step in the funnel, 1 for the first
-- step: received, acknowledged, solved, solved_at_first_contact, reopened, stayed, forgave, left
-- n: complaints that got there
-- of: complaints that could have
-- share: the one by the other, 0 to 1
-- share_low: lower end of its interval
-- share_high: upper end
-- median_hours: from the complaint to the step, half take longer
-- ninth_decile_hours: one in ten takes longer
-- promised_hours: median promise for the step
-- kept_share: promises kept, of those whose time is up, 0 to 1
-- caveat: why numbers are not shown, null where they are
with recent as (
    select *
    from complaint_cases
    where opened_at >= $as_of::date + interval 1 day - interval 365 day
),

each_way as (
    select * from recent
    union all by name
    select * replace ('all' as channel) from recent
),

channels as (
    select distinct channel from each_way
    union
    select 'all' as channel
),

steps as (
    select *
    from (
        values
        (1, 'received'),
        (2, 'acknowledged'),
        (3, 'solved'),
        (4, 'solved_at_first_contact'),
        (5, 'reopened'),
        (6, 'stayed'),
        (7, 'forgave'),
        (8, 'left')
    ) as steps (place, step)
),

judged as (
    select
        each_way.channel,
        steps.place,
        steps.step,
        case steps.step
            when 'received' then true
            when 'acknowledged' then is_acknowledged
            when 'solved' then is_solved
            when 'solved_at_first_contact' then is_solved_at_first_contact
            when 'reopened' then is_reopened
            else fate = steps.step
        end as is_there,
        case steps.step when 'acknowledged' then hours_to_acknowledge when 'solved' then hours_to_solve end as hours,
        case steps.step when 'acknowledged' then promised_acknowledge_hours when 'solved' then promised_solve_hours end
            as promised_hours,
        case steps.step when 'acknowledged' then kept_acknowledge_promise when 'solved' then kept_solve_promise end as is_kept
    from each_way
    cross join steps
),

counted as (
    select
        channel,
        place,
        step,
        count(*) filter (is_there) as n,
        count(is_there) as of,
        median(hours) as median_hours,
        quantile_cont(hours, 0.9) as ninth_decile_hours,
        median(promised_hours) as promised_hours,
        avg(is_kept::integer) as kept_share
    from judged
    group by channel, place, step
),

shares as (
    select
        channels.channel,
        steps.place,
        steps.step,
        coalesce(counted.n, 0) as n,
        coalesce(counted.of, 0) as of,
        counted.n / nullif(counted.of, 0) as share,
        1.96 * 1.96 / nullif(counted.of, 0) as z,
        counted.median_hours,
        counted.ninth_decile_hours,
        counted.promised_hours,
        counted.kept_share
    from channels
    cross join steps
    left join counted on counted.channel = channels.channel and counted.step = steps.step
),

final as (
    select
        channel,
        place,
        step,
        n,
        of,
        case when of >= $min_group_size::integer then round(share, 4) end as share,
        case
            when of >= $min_group_size::integer
                then round((share + z / 2 - sqrt(z * (share * (1 - share) + z / 4))) / (1 + z), 4)
        end as share_low,
        case
            when of >= $min_group_size::integer
                then round((share + z / 2 + sqrt(z * (share * (1 - share) + z / 4))) / (1 + z), 4)
        end as share_high,
        case when of >= $min_group_size::integer then round(median_hours, 1) end as median_hours,
        case when of >= $min_group_size::integer then round(ninth_decile_hours, 1) end as ninth_decile_hours,
        case when of >= $min_group_size::integer then round(promised_hours, 1) end as promised_hours,
        case when of >= $min_group_size::integer then round(kept_share, 4) end as kept_share,
        case
            when of = 0 then 'no complaints'
            when of < $min_group_size::integer then 'fewer than ' || $min_group_size::integer || ' complaints'
        end as caveat
    from shares
)

select * from final order by channel <> 'all', channel, place
