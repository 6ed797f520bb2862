-- Whose attachment is asked about, and as of when: everybody on the spine tonight; and, to see whether attachment predicts who buys
-- again, up to 50,000 customers drawn by a hash of their ids on past dates. The newest date whose horizon has passed tests; the dates
-- that teach lie a horizon before it, so that nothing of what happens then has been learnt.
-- customer_id: whose
-- as_of: the last day that may be seen
-- role: tonight, test or training
with dates as (
    select distinct as_of from spine
),

test_date as (
    select max(as_of) as as_of from dates where as_of <= $as_of::date - $horizon_days::integer
),

roles as (
    select
        dates.as_of,
        case
            when dates.as_of = $as_of::date then 'tonight'
            when dates.as_of = test_date.as_of then 'test'
            when dates.as_of <= test_date.as_of - $horizon_days::integer then 'training'
        end as role
    from dates
    cross join test_date
),

places as (
    select customer_id, row_number() over (order by md5(customer_id), customer_id) as place
    from (select distinct customer_id from spine) as customers_of_spine
),

final as (
    select spine.customer_id, spine.as_of, roles.role
    from spine
    join roles using (as_of)
    join places using (customer_id)
    where roles.role = 'tonight' or (roles.role is not null and places.place <= 50000)
)

select * from final order by as_of, customer_id
