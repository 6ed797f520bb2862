-- How each message came, beside what it says. What others wrote counts until three days later, when a message has settled: a copy
-- or a burst that followed tells as much as one before it. Signals that differ from channel to channel are measured against what is
-- usual there, so that what moderators teach of reviews can be carried over to channels that nobody moderates.
with told as (
    select
        feedback.*,
        (customer_id is null and not coalesce(is_verified, false))::integer as is_stranger,
        (rating / rating_scale)::decimal(9, 6) as share,
        case when rating / rating_scale >= 0.7 then 1 when rating / rating_scale <= 0.5 then -1 else 0 end as tone,
        coalesce(names_time::integer + names_amount::integer + names_order::integer + names_person::integer, 0) as details,
        coalesce(feedback_signs.is_abusive, false) as is_abusive,
        coalesce(feedback_signs.competitor <> feedback.brand, false) as names_competitor,
        coalesce(feedback_signs.competitor <> feedback.brand and not feedback_signs.speaks_of_leaving, false)::integer
            as is_promotion
    from feedback
    left join feedback_details using (feedback_id)
    left join feedback_signs using (feedback_id)
    where occurred_at < $as_of::date + interval 1 day
),

counted as (
    select
        *,
        -- Each window holds the message itself.
        sum(is_stranger) over around - is_stranger as strangers_nearby,
        sum(is_stranger) over quarter / 15 as strangers_usual,
        (sum(share) over of_product - share) / nullif(count(share) over of_product - 1, 0) as share_of_others,
        greatest(count(author_id) over of_author - 1, 0) as author_messages,
        case when author_id is not null then sum(is_abusive::integer) over of_author - is_abusive::integer else 0 end
            as abuse_elsewhere,
        case when author_id is not null then sum(is_promotion) over of_author else 0 end as promotions,
        case when author_id is not null then sum(details) over of_author - details else 0 end as details_elsewhere,
        avg(is_stranger) over of_source as strangers_of_source,
        least(
            epoch(occurred_at) - epoch(lag(occurred_at) over in_time),
            case
                when lead(occurred_at) over in_time <= occurred_at + interval 3 days
                    then epoch(lead(occurred_at) over in_time) - epoch(occurred_at)
            end
        ) as seconds_to_nearest,
        90 * 86400 / count(*) over quarter as seconds_usual
    from told
    window
        around as (
            partition by brand, source, product_id, tone order by occurred_at
            range between interval 3 days preceding and interval 3 days following
        ),
        quarter as (
            partition by brand, source, product_id order by occurred_at range between interval 90 days preceding and current row
        ),
        of_product as (
            partition by brand, product_id order by occurred_at
            range between unbounded preceding and interval 3 days following
        ),
        of_author as (
            partition by author_id order by occurred_at
            range between unbounded preceding and interval 3 days following
        ),
        of_source as (
            partition by source order by occurred_at range between unbounded preceding and interval 3 days following
        ),
        in_time as (partition by brand, source, product_id order by occurred_at, feedback_id)
),

topics as (
    select feedback_id, count(distinct topic) as n from sentence_topics group by feedback_id
),

final as (
    select
        counted.feedback_id,
        counted.occurred_at,
        counted.occurred_at + interval 3 days as settled_at,
        counted.source,
        counted.brand,
        counted.product_id,
        counted.customer_id,
        counted.rating,
        counted.rating_scale,
        feedback_texts.text,
        feedback_texts.language,
        coalesce(counted.is_verified, false) as is_verified,
        round(counted.is_stranger - counted.strangers_of_source, 3) as unusual_stranger,
        round(counted.share, 3) as rating_share,
        coalesce(counted.rating in (1, counted.rating_scale), false) as is_extreme,
        round(abs(counted.share - counted.share_of_others), 3) as distance_from_others,
        round(ln(1 + coalesce(length(feedback_texts.text), 0)), 3) as log_characters,
        counted.details,
        len(regexp_extract_all(coalesce(feedback_texts.text, ''), '!')) as exclamation_marks,
        counted.is_abusive,
        counted.names_competitor,
        coalesce(topics.n, 0) as topics,
        round(ln((1 + counted.strangers_nearby) / (1 + counted.strangers_usual)), 3) as burst,
        case
            when counted.is_stranger = 1 then round(ln((1 + counted.strangers_nearby) / (1 + counted.strangers_usual)), 3)
            else 0
        end as stranger_in_burst,
        round(ln((1 + counted.seconds_to_nearest) / (1 + counted.seconds_usual)), 3) as log_gap_ratio,
        round(ln(1 + coalesce(feedback_copies.copies, 0) + coalesce(feedback_copies.near_copies, 0)), 3) as log_copies,
        round(ln(1 + coalesce(feedback_copies.copies, 0) + coalesce(feedback_copies.near_copies, 0)), 3)
            * counted.is_stranger as stranger_copies,
        round(ln(1 + counted.author_messages), 3) as log_author_messages,
        round(ln(1 + counted.author_messages) * counted.is_stranger, 3) as stranger_messages,
        round(counted.abuse_elsewhere / nullif(counted.author_messages, 0), 3) as author_abuse,
        round(ln(1 + counted.promotions), 3) as author_promotions,
        round(counted.details_elsewhere / nullif(counted.author_messages, 0), 3) as author_details
    from counted
    left join feedback_texts using (feedback_id)
    left join feedback_copies using (feedback_id)
    left join topics using (feedback_id)
)

select * from final
