-- Who is spoken of: each brand's share of the messages on channels where competitors are spoken of at all, by window. Employees, trolls
-- and rivals who speak for themselves are left out.
-- period: last day of the window of horizon_days
-- brand: own, or the competitor
-- messages: about it
-- reach: people who may have seen them, where the channel tells it
-- share: of all messages about any brand, 0 to 1; null with fewer than min_group_size messages in all
-- share_low: 95% interval (Wilson 1927)
-- share_high: 95% interval
-- share_before: share in the window before, null where there is none
-- caveat: why a share is not there
with voices as (
    select feedback.feedback_id, feedback.source, feedback.brand, feedback.reach, feedback.occurred_at
    from feedback
    left join feedback_speakers using (feedback_id)
    where
        feedback.occurred_at < $as_of::date + interval 1 day
        and coalesce(feedback_speakers.speaker, '') not in ('employee', 'troll', 'competitor')
),

comparable as (
    select
        voices.*,
        $as_of::date
        - $horizon_days::integer * (($as_of::date - occurred_at::date) // $horizon_days::integer)::integer as period
    from voices
    where source in (select source from voices where brand <> 'own')
),

counted as (
    select period, brand, count(*) as messages, coalesce(sum(reach), 0)::bigint as reach
    from comparable
    join reporting_periods using (period)
    where grain = 'window'
    group by all
),

shares as (
    select *, sum(messages) over (partition by period) as total, messages / sum(messages) over (partition by period) as share
    from counted
),

wilson as (
    select
        *,
        (share + 1.96 ^ 2 / (2 * total)) / (1 + 1.96 ^ 2 / total) as centre,
        1.96 * sqrt(share * (1 - share) / total + 1.96 ^ 2 / (4 * total ^ 2)) / (1 + 1.96 ^ 2 / total) as margin,
        total >= $min_group_size::integer as is_shown
    from shares
),

final as (
    select
        wilson.period,
        wilson.brand,
        wilson.messages,
        wilson.reach,
        case when wilson.is_shown then round(wilson.share, 4) end as share,
        case when wilson.is_shown then round(greatest(wilson.centre - wilson.margin, 0), 4) end as share_low,
        case when wilson.is_shown then round(least(wilson.centre + wilson.margin, 1), 4) end as share_high,
        case when before.is_shown then round(before.share, 4) end as share_before,
        case when not wilson.is_shown then 'fewer than ' || $min_group_size::integer || ' messages' end as caveat
    from wilson
    left join wilson as before
        on before.brand = wilson.brand and before.period = wilson.period - $horizon_days::integer
)

select * from final order by period, brand
