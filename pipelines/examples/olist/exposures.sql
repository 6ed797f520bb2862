-- The circumstances of each reviewed order that might lower its score, as the bits of one number: bit 0 is the first
-- of the list in score_drivers.sql.
with thresholds as (
    select quantile_cont(goods_value, 0.75) as dear from order_facts
),

final as (
    select
        order_id,
        score,
        is_low,
        is_late::integer
        + 2 * is_called_off::integer
        + 4 * (wait_days > 14 and not is_called_off)::integer
        + 8 * coalesce(freight_ratio > 0.4, false)::integer
        + 16 * coalesce(goods_value > dear, false)::integer
        + 32 * coalesce(pieces > 1, false)::integer
        + 64 * coalesce(sellers > 1, false)::integer
        + 128 * coalesce(seller_state <> customer_state, false)::integer
        + 256 * coalesce(seller_reviews_before >= 10 and seller_low_scores_before > 0.25 * seller_reviews_before, false)::integer
        + 512 * coalesce(photos = 1, false)::integer
        + 1024 * coalesce(heaviest_kilograms > 5, false)::integer
        + 2048 * coalesce(has_boleto, false)::integer
        as exposures
    from order_facts, thresholds
)

select * from final
