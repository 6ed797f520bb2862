-- How each feature is spread over the rows that the champion of the churn model learnt from, and its score over the first
-- night's customers: the yardstick for drift. It is made on the champion's first night and then handed on from night to night.
-- Numbers are cut at their deciles, categories and numbers with at most ten values at their values; what is missing is a bin
-- of its own.
--
-- version: version of the champion
-- trained_on: date that it was trained as of
-- feature: one of its features, or its score, churn_probability
-- is_number: whether the feature is cut at numbers
-- cuts: where, ascending; null for a category
-- bin: `bin 0` to `bin 9`, the category, `missing`, or `other` for rare categories
-- n: rows in the bin
with champion as (
    select churn_model.version, trained_as_of::date as trained_on
    from churn_model
    where churn_model.version is not null
),

remembered as (
    select drift_reference.*
    from history.drift_reference as drift_reference
    join champion using (version)
    qualify drift_reference.as_of = min(drift_reference.as_of) over ()
),

learnt as (
    select columns(customer_features.* exclude (customer_id, as_of))::varchar
    from customer_features
    join churn_labels using (customer_id, as_of)
    where churn_labels.has_churned is not null
),

cells as (
    select feature, value
    from learnt unpivot include nulls (value for feature in (columns(*)))
    union all
    select 'churn_probability', churn_probability::varchar from churn_scores
),

features as (
    select
        feature,
        count(value) = count(try_cast(value as double)) and count(distinct value) > 10 as is_number,
        list_sort(list_distinct(quantile_disc(
            try_cast(value as double), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
        ))) as deciles
    from cells
    group by feature
),

binned as (
    select
        cells.feature,
        features.is_number,
        case when features.is_number then features.deciles end as cuts,
        case
            when cells.value is null then 'missing'
            when features.is_number
                then 'bin ' || len(list_filter(features.deciles, lambda cut: cells.value::double > cut))
            else cells.value
        end as bin
    from cells
    join features using (feature)
),

ordered as (
    select
        feature,
        is_number,
        cuts,
        bin,
        count(*) as n,
        row_number() over (partition by feature order by count(*) desc, bin) as place
    from binned
    group by feature, is_number, cuts, bin
),

-- A category's rare values share a bin.
counted as (
    select feature, is_number, cuts, case when place <= 20 then bin else 'other' end as bin, sum(n)::bigint as n
    from ordered
    group by all
),

final as (
    select remembered.version, trained_on, feature, is_number, cuts, bin, n from remembered
    union all
    select champion.version, champion.trained_on, counted.*
    from counted
    cross join champion
    where not exists (select * from remembered)
)

select * from final order by feature, bin
