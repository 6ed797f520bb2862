-- How far tonight's customers have moved from those that the churn model learnt from, feature by feature, and how far its
-- scores have: the population stability index, the sum over bins of (tonight - then) * ln(tonight / then), of shares. From
-- $psi_moderate on it is called moderate, from $psi_large on large (Siddiqi 2006: 0.1 and 0.25), unless it is no more than chance
-- alone would give in one of twenty samples of this size: by then chi-square with bins - 1 degrees of freedom, times
-- 1/then + 1/tonight (Yurdakul and Naranjo 2020), its quantile after Wilson and Hilferty (1931).
--
-- as_of: tonight
-- model: the model
-- feature: one of its features, or its score, churn_probability
-- psi: population stability index, 0 where nothing has moved
-- psi_by_chance: what one of twenty samples of this size would exceed though nothing had moved
-- status: `stable`, `moderate` or `large`
-- reference_on: date that the champion was trained as of
-- reference_rows: rows that it learnt from; of the score, customers of its first night
-- rows: customers tonight
with bins as (
    select * from drift_reference
),

features as (
    select feature, any_value(is_number) as is_number, any_value(cuts) as cuts from bins group by feature
),

tonight as (
    select columns(customers_tonight.* exclude (customer_id, as_of))::varchar from customers_tonight
),

cells as (
    select feature, value
    from tonight unpivot include nulls (value for feature in (columns(*)))
    union all
    select 'churn_probability', churn_probability::varchar from churn_scores
),

binned as (
    select
        cells.feature,
        case
            when cells.value is null then 'missing'
            when features.is_number
                then 'bin ' || len(list_filter(features.cuts, lambda cut: try_cast(cells.value as double) > cut))
            else cells.value
        end as bin
    from cells
    join features using (feature)
),

known_bins as (
    select binned.feature, coalesce(bins.bin, 'other') as bin, count(*) as n
    from binned
    left join bins using (feature, bin)
    group by all
),

shares as (
    select
        feature,
        coalesce(bins.n, 0) as n_then,
        coalesce(known_bins.n, 0) as n_now,
        greatest(coalesce(bins.n, 0) / sum(bins.n) over (partition by feature), 0.0001) as share_then,
        greatest(coalesce(known_bins.n, 0) / sum(known_bins.n) over (partition by feature), 0.0001) as share_now
    from bins
    full join known_bins using (feature, bin)
),

indices as (
    select
        feature,
        sum((share_now - share_then) * ln(share_now / share_then)) as psi,
        count(*) - 1 as freedom,
        sum(n_then) as reference_rows,
        sum(n_now) as rows
    from shares
    group by feature
),

with_chance as (
    select
        *,
        case
            when freedom > 0
                then freedom * (1 - 2 / (9 * freedom) + 1.645 * sqrt(2 / (9 * freedom))) ^ 3
                    * (1 / reference_rows + 1 / rows)
            else 0
        end as psi_by_chance
    from indices
    where reference_rows > 0 and rows > 0
),

final as (
    select
        $as_of::date as as_of,
        'churn' as model,
        with_chance.feature,
        round(with_chance.psi, 4) as psi,
        round(with_chance.psi_by_chance, 4) as psi_by_chance,
        case
            when with_chance.psi < $psi_moderate::double or with_chance.psi <= with_chance.psi_by_chance then 'stable'
            when with_chance.psi < $psi_large::double then 'moderate'
            else 'large'
        end as status,
        champion.trained_on as reference_on,
        with_chance.reference_rows::bigint as reference_rows,
        with_chance.rows::bigint as rows
    from with_chance
    cross join (select distinct trained_on from drift_reference) as champion
)

select * from final order by psi desc, feature
