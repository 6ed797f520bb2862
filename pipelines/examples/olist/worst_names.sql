-- Categories and sellers with more low scores than their deliveries explain: low scores found, against those expected
-- from how late each order was (indirect standardisation), with Byar's interval of the ratio (Breslow and Day, 1987).
with by_delay as (
    select
        *,
        avg(is_low::integer) over (partition by delay_band) as expected_low
    from order_facts
),

named as (
    select 'category' as kind, category as name, is_low, expected_low, is_late from by_delay where category is not null
    union all
    select 'seller', seller_id, is_low, expected_low, is_late from by_delay where seller_id is not null
),

counts as (
    select
        kind,
        name,
        count(*) as orders,
        count(*) filter (is_low) as low_scores,
        round(sum(expected_low), 2) as expected,
        round(avg(is_late::integer), 4) as late_share
    from named
    group by kind, name
),

final as (
    select
        kind,
        name,
        orders,
        low_scores,
        expected,
        late_share,
        round(low_scores / orders, 4) as low_share,
        round(low_scores / expected, 3) as ratio,
        round(low_scores * pow(1 - 1 / (9 * low_scores) - 1.96 / (3 * sqrt(low_scores)), 3) / expected, 3) as ratio_low,
        round(
            (low_scores + 1) * pow(1 - 1 / (9 * (low_scores + 1)) + 1.96 / (3 * sqrt(low_scores + 1)), 3) / expected, 3
        ) as ratio_high
    from counts
    where orders >= 30 and low_scores > 0
)

select * from final
order by kind, ratio_low desc, name
