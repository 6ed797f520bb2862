-- Frictions, customers and actions in one list by expected value, in the pipeline's currency a year. A friction is worth the yearly
-- spending that it puts at risk, all of which mending it would keep. A customer is worth the revenue at risk times the share of leavers
-- whom the best campaign keeps: its measured effect on churn over the churn expected without it, or where none is known to lower churn,
-- its effect on repeat purchase over those who would not buy again; assumed_save_share where no campaign is known to work. A
-- campaign that worked is worth its effect on repeat purchase, times the mean order, for each customer whom it has not reached yet.
-- Nothing counts twice. A fix of what the exposed to an operational friction share (a store, a carrier) counts in that friction;
-- customers named by themselves are not in a campaign's number; the hold-out is in none. The hundred customers of most value are named.
-- rank: 1 is worth most
-- kind: friction, customer or action
-- item: the friction, the customer_id or the action's name
-- label_en: in words, in English
-- label_it: in words, in Italian
-- what_en: what to do, in English
-- what_it: what to do, in Italian
-- customers: customers concerned in a year, or once
-- expected_value: in the pipeline's currency a year; null where it cannot be told
-- expected_value_low: lower end of its 95% interval; from nothing to all at risk where the share kept is assumed
-- expected_value_high: upper end
-- basis: measured (by lot or against comparable customers), said (only what people say shows the friction) or assumed
-- saved_share: of a customer's row: the share of leavers that acting keeps, 0 to 1; null of others
-- proven_by: the action measured to work: of a friction on what its exposed share, of a customer the campaign behind saved_share; null
--   where none was
-- evidence_table: the table behind it
-- evidence: the statement that shows it
-- caveat: why a value is missing or weak; null where nothing is
with effects as (
    select action as action_id, name, unit, effect, effect_low, effect_high, verdict, reason
    from action_effects
    where outcome = 'repeat_purchase'
),

-- Of those who would leave, the share that each campaign keeps.
campaign_savings as (
    select
        action as action_id,
        name,
        outcome = 'churn' as is_of_churn,
        case outcome when 'churn' then -effect / expected_mean else effect / (1 - expected_mean) end as share,
        case outcome when 'churn' then -effect_high / expected_mean else effect_low / (1 - expected_mean) end as share_low,
        case outcome when 'churn' then -effect_low / expected_mean else effect_high / (1 - expected_mean) end as share_high
    from action_effects
    where
        unit = 'customer'
        and verdict = 'worked'
        and case outcome when 'churn' then expected_mean > 0 when 'repeat_purchase' then expected_mean < 1 end
),

best_campaign as (
    select *
    from campaign_savings
    qualify row_number() over (order by is_of_churn desc, share desc, action_id) = 1
),

saving as (
    select
        best_campaign.name,
        case when name is null then $assumed_save_share::double else least(share, 1) end as share,
        case when name is null then 0 else greatest(least(share_low, 1), 0) end as share_low,
        case when name is null then 1 else least(share_high, 1) end as share_high
    from (select 1 as always)
    left join best_campaign on true
),

proven_fixes as (
    select case unit when 'store' then 'store_id' else unit end as shared_by, string_agg(name, ', ' order by name) as names
    from effects
    where unit <> 'customer' and verdict = 'worked'
    group by shared_by
),

frictions as (
    select
        'friction' as kind,
        friction_points.friction as item,
        friction_points.label_en,
        friction_points.label_it,
        coalesce(friction_points.remedy_en, 'find out what lies behind it') as what_en,
        coalesce(friction_points.remedy_it, 'capire che cosa c''è dietro') as what_it,
        friction_points.customers,
        friction_points.revenue_at_risk::double as expected_value,
        friction_points.revenue_at_risk_low::double as expected_value_low,
        friction_points.revenue_at_risk_high::double as expected_value_high,
        case friction_points.exposure when 'mention' then 'said' else 'measured' end as basis,
        proven_fixes.names as proven_by,
        'friction_points' as evidence_table,
        'select * from friction_points where friction = ''' || replace(friction_points.friction, '''', '''''') || '''' as evidence,
        friction_points.caveat
    from friction_points
    left join proven_fixes on proven_fixes.shared_by = friction_points.shared_by and friction_points.exposure = 'event'
    where friction_points.customers > 0
),

named_customers as (
    select *
    from customers_at_risk
    qualify row_number() over (order by revenue_at_risk desc, customer_id) <= 100
),

customers_to_keep as (
    select
        'customer' as kind,
        named_customers.customer_id as item,
        named_customers.customer_id as label_en,
        named_customers.customer_id as label_it,
        coalesce('reach them as «' || saving.name || '» did', 'call') || coalesce('; ' || reasons_en, '') as what_en,
        coalesce('raggiungerlo come «' || saving.name || '»', 'chiamare') || coalesce('; ' || reasons_it, '') as what_it,
        1 as customers,
        named_customers.revenue_at_risk * saving.share as expected_value,
        named_customers.revenue_at_risk * saving.share_low as expected_value_low,
        named_customers.revenue_at_risk * saving.share_high as expected_value_high,
        case when saving.name is null then 'assumed' else 'measured' end as basis,
        saving.share as saved_share,
        saving.name as proven_by,
        'customers_at_risk' as evidence_table,
        'select * from customers_at_risk where customer_id = ''' || replace(named_customers.customer_id, '''', '''''') || '''' as evidence,
        case
            when saving.name is null then
                'no campaign is known to work: that ' || round(100 * saving.share)::integer || '% of leavers are kept is assumed (assumed_save_share)'
        end as caveat
    from named_customers
    cross join saving
),

mean_order as (
    select avg(amount)::double as amount from orders where ordered_at >= $as_of::date - 364
),

-- Whom a campaign can still reach: active, not held out, not named above, not reached by it yet.
reachable as (
    select effects.action_id, count(*) as customers
    from effects
    cross join customers_tonight
    join treatable_customers using (customer_id)
    anti join named_customers using (customer_id)
    anti join actions as reached
        on reached.action_id = effects.action_id
        and reached.unit_id = customers_tonight.customer_id
        and reached.arm = 'treated'
    where effects.unit = 'customer'
    group by effects.action_id
),

campaigns as (
    select
        'action' as kind,
        effects.name as item,
        effects.name as label_en,
        effects.name as label_it,
        case effects.verdict
            when 'worked' then 'repeat it for whom it has not reached yet'
            when 'did_not_work' then 'stop it, or change it: it did not bring people back'
            else 'wait, or try it by lot: it cannot be told yet whether it works'
        end as what_en,
        case effects.verdict
            when 'worked' then 'ripeterla per chi non ha ancora raggiunto'
            when 'did_not_work' then 'fermarla o cambiarla: non ha fatto tornare nessuno in più'
            else 'aspettare, o provarla a sorteggio: non si può ancora dire se funziona'
        end as what_it,
        coalesce(reachable.customers, 0) as customers,
        case when effects.verdict = 'worked' then effects.effect * coalesce(reachable.customers, 0) * mean_order.amount end as expected_value,
        case when effects.verdict = 'worked' then greatest(effects.effect_low, 0) * coalesce(reachable.customers, 0) * mean_order.amount end
            as expected_value_low,
        case when effects.verdict = 'worked' then effects.effect_high * coalesce(reachable.customers, 0) * mean_order.amount end
            as expected_value_high,
        'measured' as basis,
        null as proven_by,
        'action_effects' as evidence_table,
        'select * from action_effects where action = ''' || replace(effects.action_id, '''', '''''') || '''' as evidence,
        case effects.verdict
            when 'worked' then null
            when 'did_not_work' then 'what stopping it would save is not in the data'
            else effects.reason
        end as caveat
    from effects
    cross join mean_order
    left join reachable using (action_id)
    where effects.unit = 'customer'
),

everything as (
    select * from frictions
    union all by name
    select * from customers_to_keep
    union all by name
    select * from campaigns
),

final as (
    select
        row_number() over (order by expected_value desc nulls last, kind, item) as rank,
        kind,
        item,
        label_en,
        label_it,
        what_en,
        what_it,
        customers,
        round(expected_value)::double as expected_value,
        round(expected_value_low)::double as expected_value_low,
        round(expected_value_high)::double as expected_value_high,
        basis,
        round(saved_share, 4) as saved_share,
        proven_by,
        evidence_table,
        evidence,
        caveat
    from everything
)

select * from final order by rank
