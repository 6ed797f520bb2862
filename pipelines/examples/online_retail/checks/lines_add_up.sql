-- Every line of the file is a transaction, in quarantine, or set aside.
with counts as (
    select
        (select count(*) from invoices) as read_lines,
        (select count(*) from transactions) as kept_lines,
        (select coalesce(sum(lines), 0) from set_aside) as lines_set_aside,
        (select count(distinct record) from quarantine where table_name = 'transactions') as quarantined_lines
)

select * from counts where read_lines <> kept_lines + lines_set_aside + quarantined_lines
