-- How much more often a score is low (1 or 2) with each circumstance than without it, orders being compared only with
-- orders that are alike in all the other circumstances: the Mantel-Haenszel risk difference, with the variance of
-- Sato, Greenland and Robins (1989), which holds for many small strata. `share_of_low` is the part of all low scores that
-- would not be there if the difference vanished.
with drivers as (
    select * from (values
        (0, 'late_delivery'),
        (1, 'called_off'),
        (2, 'long_wait'),
        (3, 'dear_freight'),
        (4, 'dear_order'),
        (5, 'several_pieces'),
        (6, 'several_sellers'),
        (7, 'other_state'),
        (8, 'seller_record'),
        (9, 'one_photo'),
        (10, 'heavy_parcel'),
        (11, 'boleto')
    ) as drivers (bit, driver)
),

patterns as (
    select
        exposures,
        count(*) as orders,
        count(*) filter (is_low) as low_scores,
        sum(score) as points
    from exposures
    group by exposures
),

sides as (
    select
        driver,
        (exposures >> bit) & 1 = 1 as is_exposed,
        exposures & ~(1 << bit) as stratum,
        orders,
        low_scores,
        points
    from patterns, drivers
),

strata as (
    select
        driver,
        stratum,
        coalesce(sum(low_scores) filter (is_exposed), 0)::double as a,
        coalesce(sum(low_scores) filter (not is_exposed), 0)::double as b,
        coalesce(sum(orders) filter (is_exposed), 0)::double as n1,
        coalesce(sum(orders) filter (not is_exposed), 0)::double as n0,
        n1 + n0 as n
    from sides
    group by driver, stratum
),

sums as (
    select
        driver,
        sum(n1 * n0 / n) as weight,
        sum((a * n0 - b * n1) / n) / nullif(weight, 0) as difference,
        sum((b * n1 * n1 - a * n0 * n0 + n1 * n0 * (n0 - n1) / 2) / (n * n)) as p,
        sum((a * (n0 - b) + b * (n1 - a)) / (2 * n)) as q
    from strata
    group by driver
),

plain as (
    select
        driver,
        sum(orders) filter (is_exposed) as orders,
        round(sum(low_scores) filter (is_exposed) / sum(orders) filter (is_exposed), 4) as low_share_with,
        round(sum(low_scores) filter (not is_exposed) / sum(orders) filter (not is_exposed), 4) as low_share_without,
        round(sum(points) filter (is_exposed) / sum(orders) filter (is_exposed), 2) as mean_score_with,
        round(sum(points) filter (not is_exposed) / sum(orders) filter (not is_exposed), 2) as mean_score_without,
        sum(low_scores) as all_low_scores
    from sides
    group by driver
),

estimates as (
    select
        *,
        1.96 * sqrt(greatest(difference * p + q, 0)) / weight as margin,
        orders / all_low_scores as orders_per_low_score
    from plain
    join sums using (driver)
    where weight > 0 and orders >= 30 and all_low_scores > 0
),

final as (
    select
        driver,
        row_number() over (order by round(difference * orders_per_low_score, 4) desc, driver) as rank,
        orders,
        low_share_with,
        low_share_without,
        mean_score_with,
        mean_score_without,
        round(difference, 4) as difference,
        round(difference - margin, 4) as difference_low,
        round(difference + margin, 4) as difference_high,
        round(difference * orders_per_low_score, 4) as share_of_low,
        round((difference - margin) * orders_per_low_score, 4) as share_of_low_low,
        round((difference + margin) * orders_per_low_score, 4) as share_of_low_high
    from estimates
)

select * from final
order by rank
