-- Words that name one product or one store: those that messages about it use and messages about others hardly do. No catalogue
-- of names is needed.
-- thing: product or store
-- language: ISO 639-1
-- stem: the word without inflection
-- id: the product or store that it names
-- here: messages about that which use it
-- everywhere: messages which use it
with said as (
    select distinct feedback_id, language, unnest(string_split(stems, ' ')) as stem from feedback_sentences
),

about as (
    select feedback_id, 'product' as thing, product_id as id from feedback where product_id is not null
    union all
    select feedback_id, 'place' as thing, store_id as id from feedback where store_id is not null
),

counted as (
    select
        thing,
        language,
        stem,
        id,
        count(*) as here,
        sum(count(*)) over (partition by thing, language, stem) as everywhere
    from said
    join about using (feedback_id)
    where length(stem) >= 3 and not regexp_matches(stem, '\d')
    group by thing, language, stem, id
),

final as (
    select thing, language, stem, id, here, everywhere
    from counted
    where here >= 5 and here >= 0.6 * everywhere
)

select * from final
