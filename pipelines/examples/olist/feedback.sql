-- One row a score and its comment. The number of a review repeats where one answer stands for several orders.
with products_of_orders as (
    select
        order_id,
        case when count(distinct product_id) = 1 then any_value(product_id) end as product_id
    from order_items
    group by order_id
)

select
    order_reviews.review_id || '-' || order_reviews.order_id as feedback_id,
    order_reviews.answered_at as occurred_at,
    'review' as source,
    'own' as brand,
    order_customers.customer_id as author_id,
    order_customers.customer_id,
    order_reviews.order_id,
    products_of_orders.product_id,
    order_reviews.review_score as rating,
    5 as rating_scale,
    nullif(concat_ws('. ', nullif(trim(title, chr(13) || chr(10) || ' '), ''), nullif(trim(message, chr(13) || chr(10) || ' '), '')), '') as text,
    'pt' as language,
    true as is_verified
from order_reviews
left join orders using (order_id)
left join order_customers using (order_customer_id)
left join products_of_orders using (order_id)
order by occurred_at, feedback_id
