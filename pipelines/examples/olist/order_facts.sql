-- One row a reviewed order: its last score, and what had happened to the order when that score was given.
with last_reviews as (
    select
        order_id,
        max_by(review_score, (answered_at, review_id)) as score,
        max(answered_at) as reviewed_at
    from order_reviews
    group by order_id
),

baskets as (
    select
        order_items.order_id,
        sum(price) as goods_value,
        sum(freight) as freight,
        count(*) as pieces,
        count(distinct seller_id) as sellers,
        max_by(coalesce(products.category, 'unknown'), (price, item_number)) as category,
        max_by(seller_id, (price, item_number)) as seller_id,
        max_by(sellers.state, (price, item_number)) as seller_state,
        min(coalesce(products.photos, 1)) as photos,
        max(products.weight_grams) / 1000.0 as heaviest_kilograms
    from order_items
    left join products using (product_id)
    left join sellers using (seller_id)
    group by order_items.order_id
),

ways_of_paying as (
    select
        order_id,
        bool_or(payment_type = 'boleto') as has_boleto,
        max(instalments) as instalments
    from order_payments
    group by order_id
),

known as (
    select
        orders.order_id,
        last_reviews.score,
        last_reviews.score <= 2 as is_low,
        last_reviews.reviewed_at,
        orders.purchased_at,
        orders.promised_on::date as promised_on,
        order_customers.state as customer_state,
        baskets.* exclude (order_id),
        ways_of_paying.* exclude (order_id),
        coalesce(orders.delivered_at <= last_reviews.reviewed_at, false) as has_arrived,
        case when has_arrived then orders.delivered_at else last_reviews.reviewed_at end as waited_until,
        orders.order_status in ('canceled', 'unavailable') and not has_arrived as is_called_off
    from last_reviews
    join orders using (order_id)
    left join order_customers using (order_customer_id)
    left join baskets using (order_id)
    left join ways_of_paying using (order_id)
),

with_delay as (
    select
        *,
        date_diff('day', promised_on, waited_until::date) as delay_days,
        date_diff('day', purchased_at::date, waited_until::date) as wait_days,
        round((freight / nullif(goods_value, 0))::double, 4) as freight_ratio,
        not is_called_off and delay_days > 0 as is_late,
        count(*) over earlier_of_seller as seller_reviews_before,
        count(*) filter (is_low) over earlier_of_seller as seller_low_scores_before
    from known
    window earlier_of_seller as (
        partition by seller_id order by reviewed_at range between unbounded preceding and interval 1 second preceding
    )
),

final as (
    select
        *,
        case
            when is_called_off then 'called_off'
            when delay_days > 0 and not has_arrived then 'missing'
            when delay_days > 7 then 'late_over_7'
            when delay_days > 3 then 'late_4_to_7'
            when delay_days > 0 then 'late_1_to_3'
            when not has_arrived then 'not_due'
            when delay_days >= -7 then 'on_time'
            else 'early'
        end as delay_band
    from with_delay
)

select * from final
