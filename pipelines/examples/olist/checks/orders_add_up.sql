-- Every piece of an order that was not called off is a transaction or in quarantine, at its price.
with counts as (
    select
        (
            select count(*) from order_items
            join orders using (order_id)
            where order_status not in ('canceled', 'unavailable')
        ) as pieces,
        (select count(*) from transactions) as kept_pieces,
        (select count(distinct record) from quarantine where table_name = 'transactions') as quarantined_pieces
)

select * from counts where pieces <> kept_pieces + quarantined_pieces
