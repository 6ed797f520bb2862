-- A purchase is never worth less than nothing, a return never more.
select transaction_id, kind, amount
from transactions
where (kind = 'purchase' and amount < 0) or (kind = 'return' and amount > 0)
