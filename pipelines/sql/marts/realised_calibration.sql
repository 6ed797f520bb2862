-- By tenth of the predicted risk, the highest first: what was predicted and what share churned, with its 95% interval
-- (Wilson 1927). No row until the horizon of a night's predictions has passed.
--
-- model: the model
-- as_of: night of the predictions
-- decile: tenth of the predicted risk, 1 the highest
-- predicted: mean predicted probability, 0 to 1
-- realised: share that churned, 0 to 1
-- low: lower end of its 95% interval
-- high: upper end of its 95% interval
-- n: customers
with deciles as (
    select
        *,
        ntile(10) over (partition by as_of order by churn_probability desc, customer_id) as decile
    from realised_churn
),

shares as (
    select
        as_of,
        decile,
        avg(churn_probability) as predicted,
        avg(has_churned::integer) as realised,
        count(*) as n
    from deciles
    group by as_of, decile
),

wilson as (
    select
        *,
        (realised + 1.96 ^ 2 / (2 * n)) / (1 + 1.96 ^ 2 / n) as centre,
        1.96 * sqrt(realised * (1 - realised) / n + 1.96 ^ 2 / (4 * n ^ 2)) / (1 + 1.96 ^ 2 / n) as margin
    from shares
),

final as (
    select
        'churn' as model,
        as_of,
        decile,
        round(predicted, 6) as predicted,
        round(realised, 6) as realised,
        round(centre - margin, 6) as low,
        round(centre + margin, 6) as high,
        n
    from wilson
)

select * from final order by as_of, decile
