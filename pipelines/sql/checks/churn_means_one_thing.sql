-- Customers whom the label of the model and the comparison with what happened call differently.
select realised_churn.customer_id, realised_churn.as_of, churn_labels.has_churned as label, realised_churn.has_churned as realised
from realised_churn
join churn_labels using (customer_id, as_of)
where churn_labels.has_churned is distinct from realised_churn.has_churned
