-- One row a product: its most frequent description, and a family read from its words.
with descriptions as (
    select
        stock_code,
        item_kind,
        description,
        count(*) as lines
    from invoice_lines
    where line_kind in ('purchase', 'return')
    group by all
),

named as (
    select
        stock_code as product_id,
        item_kind,
        coalesce(max_by(description, (lines, description)) filter (description is not null), stock_code) as name
    from descriptions
    group by stock_code, item_kind
),

final as (
    select
        product_id,
        name,
        case
            when item_kind <> 'goods' then item_kind
            when regexp_matches(name, 'CHRISTMAS|XMAS|ADVENT|SANTA|REINDEER|BAUBLE|SNOWFLAKE') then 'christmas'
            when regexp_matches(name, '\b(BAG|BAGS|SHOPPER|PURSE|BACKPACK|RUCKSACK)\b') then 'bags'
            when regexp_matches(name, 'CANDLE|T-LIGHT|TLIGHT|LANTERN|LIGHT|LAMP') then 'lights'
            when regexp_matches(name, '\b(CARD|CARDS|WRAP|PAPER|NOTEBOOK|PENCIL|PENCILS|PEN|RIBBON|RIBBONS|STICKERS|TISSUES)\b') then 'stationery'
            when regexp_matches(name, 'CAKE|MUG|CUP|PLATE|BOWL|TEA|COFFEE|LUNCH|BAKING|KITCHEN|SPOON|JAR|BOTTLE|TIN|NAPKIN|GLASS') then 'kitchen'
            when regexp_matches(name, 'NECKLACE|BRACELET|EARRING|RING\b|BROOCH|JEWEL|HAIR') then 'jewellery'
            when regexp_matches(name, 'GARDEN|PLANT|FLOWER|BIRD|WATERING|PICNIC|PARASOL') then 'garden'
            when regexp_matches(name, 'TOY|DOLL|GAME|PUZZLE|PLAYHOUSE|SKITTLES|CHILDREN|KIDS|BABY|PARTY|BUNTING') then 'play'
            else 'home'
        end as category
    from named
)

select * from final
