-- Customers whom no list names, so that what acting on scores is worth can be seen, and labels stay free of it. Who is among
-- them hangs on the hash of the customer's id alone: it stays as customers come and nights pass, and another
-- holdout_percent only moves the edge. Another holdout_salt draws anew: leave it as it is.
--
-- customer_id: the customer
-- assigned_on: first night on which they were held out
with remembered as (
    select customer_id, min(assigned_on) as assigned_on
    from history.holdout
    group by customer_id
),

-- The first 32 bits of the hash, as a number from 0 to 1.
placed as (
    select
        customer_id,
        ('0x' || left(md5($holdout_salt::varchar || ':' || customer_id), 8))::bigint / 4294967296 as position
    from known_customers
),

final as (
    select placed.customer_id, coalesce(remembered.assigned_on, $as_of::date) as assigned_on
    from placed
    left join remembered using (customer_id)
    where placed.position < $holdout_percent::double / 100
)

select * from final
