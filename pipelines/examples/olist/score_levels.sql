-- Scores by level of each circumstance, alone: share of low ones with its Wilson interval (1927), and mean.
with levels as (
    select
        score,
        is_low,
        unnest([
            {factor: 'delay', level: delay_band, position: array_position(
                ['early', 'on_time', 'not_due', 'late_1_to_3', 'late_4_to_7', 'late_over_7', 'missing', 'called_off'], delay_band
            )},
            {factor: 'wait', level: case
                when wait_days <= 7 then 'days_0_to_7'
                when wait_days <= 14 then 'days_8_to_14'
                when wait_days <= 21 then 'days_15_to_21'
                when wait_days <= 28 then 'days_22_to_28'
                else 'days_over_28'
            end, position: least(greatest((wait_days - 1) // 7, 0), 4)},
            {factor: 'freight', level: case
                when freight_ratio is null then null
                when freight_ratio <= 0.1 then 'freight_to_10'
                when freight_ratio <= 0.2 then 'freight_10_to_20'
                when freight_ratio <= 0.4 then 'freight_20_to_40'
                when freight_ratio <= 0.8 then 'freight_40_to_80'
                else 'freight_over_80'
            end, position: round(freight_ratio * 100)},
            {factor: 'value', level: case
                when goods_value is null then null
                when goods_value <= 50 then 'value_to_50'
                when goods_value <= 100 then 'value_50_to_100'
                when goods_value <= 200 then 'value_100_to_200'
                when goods_value <= 500 then 'value_200_to_500'
                else 'value_over_500'
            end, position: round(goods_value)},
            {factor: 'pieces', level: case
                when pieces is null then null
                when pieces = 1 then 'pieces_1'
                when pieces = 2 then 'pieces_2'
                else 'pieces_over_2'
            end, position: pieces}
        ]) as l
    from order_facts
),

counts as (
    select
        l.factor as factor,
        l.level as level,
        min(l.position)::integer as position,
        count(*) as orders,
        count(*) filter (is_low) as low_scores,
        low_scores / orders as share,
        round(avg(score), 2) as mean_score
    from levels
    where l.level is not null
    group by l.factor, l.level
),

final as (
    select
        factor,
        level,
        row_number() over (partition by factor order by position, level) as position,
        orders,
        low_scores,
        mean_score,
        round(share, 4) as low_share,
        round((share + 1.9208 / orders - 1.96 * sqrt((share * (1 - share) + 0.9604 / orders) / orders)) / (1 + 3.8416 / orders), 4)
            as low_share_low,
        round((share + 1.9208 / orders + 1.96 * sqrt((share * (1 - share) + 0.9604 / orders) / orders)) / (1 + 3.8416 / orders), 4)
            as low_share_high
    from counts
)

select * from final
order by factor, position
