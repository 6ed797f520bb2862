-- The features as of tonight: what the contract churn model scores.
select * from contract_features where as_of = $as_of::date
