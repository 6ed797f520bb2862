-- Which weak rules of credibility fire for each message, from purchases and accounts as they stood when it was written.
-- feedback_id: the message
-- rule: a rule of credibility_rules.yaml
-- points: its weight, as credibility_rules.yaml has it
-- label_en: what it says, in English
-- label_it: what it says, in Italian
with told as (
    select * from feedback where occurred_at < $as_of::date + interval 1 day
),

purchases_before as (
    select
        told.feedback_id,
        bool_or(transactions.product_id = told.product_id) as of_product
    from told
    join transactions
        on transactions.customer_id = told.customer_id
        and transactions.occurred_at < told.occurred_at
        and transactions.kind = 'purchase'
    group by told.feedback_id
),

orders as (
    select distinct order_id from transactions where occurred_at < $as_of::date + interval 1 day
),

authors as (
    select
        feedback_id,
        count(distinct product_id) over (
            partition by author_id order by occurred_at range between interval 1 day preceding and current row
        ) as products_in_a_day,
        min(occurred_at) over (partition by author_id) as first_at
    from told
    where author_id is not null
),

evidence as (
    select
        told.*,
        coalesce(purchases_before.of_product, false) as has_bought_product,
        orders.order_id is not null as is_order_known,
        coalesce(authors.products_in_a_day, 0) as products_in_a_day,
        authors.first_at
    from told
    left join purchases_before using (feedback_id)
    left join orders using (order_id)
    left join authors using (feedback_id)
),

fired as (
    select feedback_id, 'bought_the_product' as rule from evidence where has_bought_product
    union all
    select feedback_id, 'order_on_file' as rule from evidence where is_order_known
    union all
    select feedback_id, 'long_standing_author' as rule from evidence where first_at < occurred_at - interval 180 days
    union all
    select feedback_id, 'many_products_in_a_day' as rule from evidence where products_in_a_day >= 3
    union all
    select feedback_id, 'never_bought' as rule from evidence
    where customer_id is not null and product_id is not null and not has_bought_product
),

final as (
    select fired.feedback_id, fired.rule, points, label_en, label_it
    from fired
    join credibility_rules using (rule)
)

select * from final
