-- What is no trade with a customer, so that every line of the file is accounted for.
select
    line_kind as reason,
    count(*) as lines,
    sum(amount) as amount
from invoice_lines
where line_kind not in ('purchase', 'return')
group by all
order by lines desc, reason
