-- The reasons for scores, in words: what is said of the row's own value, and which way it moves the score.
--
-- model: the model
-- item_id: customer_id or feedback_id
-- rank: 1 for the reason that moves the score most
-- feature: the feature
-- value: the row's own value of it, as text
-- contribution: what it adds to the log-odds
-- direction: `raises` or `lowers` what the model predicts
-- fact_en: the value in words, in English
-- fact_it: the same in Italian
-- text_en: the fact and which way it moves the score, in English
-- text_it: the same in Italian
with given as (
    select 'churn' as model, customer_id::varchar as item_id, rank, feature, value, contribution, direction
    from churn_scores_reasons
    union all
    select 'credibility', feedback_id::varchar, rank, feature, value, contribution, direction
    from feedback_scores_reasons
),

directions (model, direction, means_en, means_it) as (
    values
        ('churn', 'raises', 'raises the risk', 'alza il rischio'),
        ('churn', 'lowers', 'lowers the risk', 'abbassa il rischio'),
        ('credibility', 'raises', 'makes it less credible', 'la rende meno credibile'),
        ('credibility', 'lowers', 'makes it more credible', 'la rende più credibile')
),

named as (
    select
        given.*,
        names.* exclude (feature, format),
        directions.means_en,
        directions.means_it,
        try_cast(given.value as double) as number,
        case names.format
            when 'integer' then format('{:,.0f}', try_cast(given.value as double))
            when 'decimal' then format('{:,.1f}', try_cast(given.value as double))
            when 'percent' then format('{:,.0f}%', 100 * try_cast(given.value as double))
        end as formatted,
        value_names.label_en as value_en,
        value_names.label_it as value_it
    from given
    join directions on directions.model = given.model and directions.direction = given.direction
    left join feature_names as names on names.feature = given.feature
    left join value_names on value_names.feature = given.feature and value_names.value = given.value
),

said as (
    select
        *,
        case
            when value is null then coalesce(missing_en, label_en || ': not known', feature || ': not known')
            when number = 1 and one_en is not null then one_en
            when number = 0 and zero_en is not null then zero_en
            else replace(coalesce(text_en, feature || ': {value}'), '{value}', coalesce(value_en, formatted, value))
        end as fact_en,
        case
            when value is null then coalesce(missing_it, label_it || ': non si sa', feature || ': non si sa')
            when number = 1 and one_it is not null then one_it
            when number = 0 and zero_it is not null then zero_it
            else replace(
                coalesce(text_it, feature || ': {value}'), '{value}', coalesce(value_it, translate(formatted, ',.', '.,'), value)
            )
        end as fact_it
    from named
)

select
    model,
    item_id,
    rank,
    feature,
    value,
    round(contribution, 4) as contribution,
    direction,
    fact_en,
    fact_it,
    fact_en || ': ' || means_en as text_en,
    fact_it || ': ' || means_it as text_it
from said
order by model, item_id, rank
