-- Whom lists may name: join every list of customers to act on to it.
--
-- customer_id: a customer who is not held out
select known_customers.customer_id
from known_customers
anti join holdout using (customer_id)
