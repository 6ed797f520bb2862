-- The features as of tonight: what the churn model scores.
select * from customer_features where as_of = $as_of::date
