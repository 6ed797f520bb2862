-- Everybody who is or was a customer, in the CRM or by a purchase, and since when that is known.
with sightings as (
    select customer_id, registered_at as seen_at from customers
    union all
    select customer_id, occurred_at from transactions where customer_id is not null
),

final as (
    select customer_id, min(seen_at) as known_since from sightings group by customer_id
)

select * from final
