-- Customers who recommend the shop by word and by deed, and those who might: satisfied but not enthusiastic in what they said last, as
-- attached as half of the advocates in what they do, and without an open complaint. Only who said something in the last 365 days, and
-- never a member of the hold-out.
-- customer_id: whom
-- status: advocate or could_become_one
-- attachment: 0 to 100
-- place: share of active customers who are less attached, 0 to 1
-- said_on: the day of what they said last
-- nps: their last answer to "would you recommend us", 0 to 10; null where not asked
-- rating_share: their last rating or CSAT over the highest that could be given; null where none
-- recommends: whether a message of theirs recommends the shop
-- yearly_spend: paid in the last 365 days, in the pipeline's currency
-- weakest_part: of attachment: what to work on
-- held_back_by: the driver of which they had the worst experience in the last 180 days; null where none was bad
-- held_back_by_en: its name in English
-- held_back_by_it: its name in Italian
with voices as (
    select
        feedback.customer_id,
        max(feedback.occurred_at)::date as said_on,
        max_by(feedback.nps, (feedback.occurred_at, feedback.feedback_id)) filter (feedback.nps is not null) as nps,
        max_by(
            coalesce(feedback.rating / feedback.rating_scale, feedback.csat / 5), (feedback.occurred_at, feedback.feedback_id)
        ) filter (feedback.rating is not null or feedback.csat is not null) as rating_share,
        bool_or(coalesce(feedback_signs.recommends, false)) as recommends,
        bool_or(coalesce(feedback_signs.speaks_of_leaving, false)) as speaks_of_leaving
    from feedback
    left join feedback_signs using (feedback_id)
    where
        feedback.brand = 'own'
        and feedback.source <> 'employee'
        and feedback.occurred_at >= $as_of::date - 364
        and feedback.occurred_at < $as_of::date + interval 1 day
    group by feedback.customer_id
),

open_complaints as (
    select distinct customer_id
    from cases
    where opened_at < $as_of::date + interval 1 day and (resolved_at is null or resolved_at >= $as_of::date + interval 1 day)
),

judged as (
    select
        attachment.customer_id,
        attachment.attachment,
        attachment.place,
        attachment.weakest_part,
        voices.* exclude (customer_id),
        (voices.nps >= 9 or (voices.nps is null and (voices.recommends or voices.rating_share >= 1)))
            and coalesce(voices.rating_share, 1) >= 0.8
            and not voices.speaks_of_leaving as is_enthusiastic,
        (voices.nps between 7 and 8 or (voices.nps is null and voices.rating_share >= 0.8 and voices.rating_share < 1))
            and coalesce(voices.rating_share, 1) >= 0.6
            and not voices.speaks_of_leaving as is_satisfied,
        open_complaints.customer_id is not null as has_open_complaint
    from attachment_index as attachment
    join voices using (customer_id)
    left join open_complaints using (customer_id)
),

threshold as (
    select median(attachment) as attachment from judged where is_enthusiastic and place >= 0.5
),

named as (
    select
        judged.*,
        case
            when is_enthusiastic and place >= 0.5 then 'advocate'
            when is_satisfied and not has_open_complaint and judged.attachment >= threshold.attachment then 'could_become_one'
        end as status
    from judged
    cross join threshold
),

experiences as (
    select customer_id, driver, avg(value) as value
    from driver_experiences
    where occurred_at >= $as_of::date + interval 1 day - interval 180 day
    group by customer_id, driver
),

worst_experiences as (
    select customer_id, min_by(driver, (value, driver)) as driver
    from experiences
    where value < 0
    group by customer_id
),

final as (
    select
        named.customer_id,
        named.status,
        named.attachment,
        named.place,
        named.said_on,
        named.nps,
        round(named.rating_share, 3) as rating_share,
        named.recommends,
        customers_tonight.spend_365_days as yearly_spend,
        named.weakest_part,
        worst_experiences.driver as held_back_by,
        topic_names.label_en as held_back_by_en,
        topic_names.label_it as held_back_by_it
    from named
    join treatable_customers using (customer_id)
    left join customers_tonight using (customer_id)
    left join worst_experiences using (customer_id)
    left join topic_names on topic_names.topic = worst_experiences.driver
    where named.status is not null
)

select * from final order by status, attachment desc, customer_id
