-- Reviews of orders that the files do not have.
select order_reviews.review_id, order_reviews.order_id
from order_reviews
anti join orders using (order_id)
order by all
