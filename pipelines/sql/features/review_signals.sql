-- How each review came, beside what it says, from what was known when it was written.
with reviews as (
    select
        *,
        trim(lower(regexp_replace(text, '[^\p{L}\p{N}]+', ' ', 'g'))) as plain_text
    from feedback
    where source = 'review' and occurred_at < $as_of::date + interval 1 day
),

final as (
    select
        feedback_id,
        occurred_at,
        brand,
        product_id,
        rating,
        rating_scale,
        text,
        coalesce(is_verified, false) as is_verified,
        customer_id is not null as is_known_customer,
        round(rating / rating_scale, 3) as rating_share,
        round(abs(rating / rating_scale - avg(rating / rating_scale) over earlier_of_product), 3) as distance_from_product_mean,
        coalesce(length(text), 0) as characters,
        len(regexp_extract_all(coalesce(text, ''), '[0-9]+')) as numbers_in_text,
        len(regexp_extract_all(coalesce(text, ''), '!')) as exclamation_marks,
        count(*) over last_week_of_product as product_reviews_last_7_days,
        case when author_id is not null then count(*) over earlier_of_author else 0 end as author_reviews_before,
        case when plain_text <> '' then count(*) over earlier_of_text else 0 end as copies_before
    from reviews
    window
        earlier_of_product as (
            partition by brand, product_id order by occurred_at range between unbounded preceding and interval 1 second preceding
        ),
        last_week_of_product as (
            partition by brand, product_id order by occurred_at range between interval 7 days preceding and interval 1 second preceding
        ),
        earlier_of_author as (
            partition by author_id order by occurred_at range between unbounded preceding and interval 1 second preceding
        ),
        earlier_of_text as (
            partition by plain_text order by occurred_at range between unbounded preceding and interval 1 second preceding
        )
)

select * from final
