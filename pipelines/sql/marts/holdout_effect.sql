-- What acting was worth: the share of the hold-out that churned less that of the customers whom lists may name, among those
-- scored on a night, with the 95% interval of the difference of two shares (Newcombe 1998, method 10). It compares all whom
-- lists may name, treated or not, so it is not biased by whom the lists chose. Told with fifty customers held out.
--
-- as_of: night of the predictions
-- known_on: date by which their horizon has passed
-- status: `known`, `too early`, or `too few` held out
-- held_out: customers held out
-- held_out_churn: share of them that churned, 0 to 1
-- treatable: customers whom lists may name
-- treatable_churn: share of them that churned, 0 to 1
-- difference: held_out_churn less treatable_churn
-- low: lower end of its 95% interval
-- high: upper end of its 95% interval
with arms as (
    select
        as_of,
        customers,
        n,
        realised,
        low,
        high
    from realised_accuracy
    where status = 'known'
),

pairs as (
    select
        as_of,
        held_out.n as held_out,
        held_out.realised as held_out_churn,
        treatable.n as treatable,
        treatable.realised as treatable_churn,
        held_out.realised - treatable.realised as difference,
        sqrt((held_out.realised - held_out.low) ^ 2 + (treatable.high - treatable.realised) ^ 2) as below,
        sqrt((held_out.high - held_out.realised) ^ 2 + (treatable.realised - treatable.low) ^ 2) as above
    from arms as treatable
    join arms as held_out using (as_of)
    where treatable.customers = 'treatable' and held_out.customers = 'held out'
),

nights as (
    select as_of, known_on, status from realised_accuracy where customers = 'all'
),

final as (
    select
        nights.as_of,
        nights.known_on,
        case
            when nights.status = 'too early' then 'too early'
            when coalesce(pairs.held_out, 0) < 50 then 'too few'
            else 'known'
        end as status,
        coalesce(pairs.held_out, 0) as held_out,
        pairs.held_out_churn,
        coalesce(pairs.treatable, 0) as treatable,
        pairs.treatable_churn,
        case when pairs.held_out >= 50 then round(pairs.difference, 6) end as difference,
        case when pairs.held_out >= 50 then round(pairs.difference - pairs.below, 6) end as low,
        case when pairs.held_out >= 50 then round(pairs.difference + pairs.above, 6) end as high
    from nights
    left join pairs using (as_of)
)

select * from final order by as_of
