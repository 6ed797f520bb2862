-- What customers did in the 365 days before a date, in the four parts of attachment. Shares of few occasions are drawn towards those of
-- all customers of the date, as if two more occasions had gone as they usually do; so every part has a value for everybody.
-- customer_id: whose
-- as_of: the last day that is seen
-- role: tonight, test or training
-- good_moments: good moments of service, but for the newest horizon_days, after which nobody can have come back in full
-- returns_after: those of them that an order followed within horizon_days
-- anchors: part 1, 0 to 100: the share of good moments that an order followed
-- promises: deliveries and complaints for which a day was promised
-- promises_kept: those of them that were kept
-- orders: orders in the 365 days
-- steps: contacts of the journey from purchase to support, but for abandoned ones
-- smooth_steps: those of them that went well: the less effort, the more
-- support_contacts: contacts with support, refunds left aside
-- channel_switches: such contacts within 14 days of another one on another channel
-- designed_for_you: part 2, 0 to 100: mean of the shares of promises kept, smooth steps, support contacts without a switch
-- regretted_orders: orders of which something was returned, or about which the customer complained
-- no_regret: part 3, 0 to 100: the share of orders that were not regretted
-- own_rhythm: the customer's usual gap between orders over the days since the last one, 0 to 1
-- pace: orders in the newer half of the time, of all, 0 to 1; 0.5 is steady, and given to who has come since
-- breadth: categories bought, of all that are sold, on a log scale, 0 to 1
-- full_price: the part of list prices that was paid, 0 to 1
-- coming_back: part 4, 0 to 100: mean of these four
-- attachment: mean of the four parts, 0 to 100
-- log_recency: natural logarithm of 1 + days since the last order
-- log_frequency: natural logarithm of 1 + orders in the 365 days
-- log_recency_squared: square of log_recency
-- log_frequency_squared: square of log_frequency
-- log_recency_by_frequency: their product
-- buys_again: whether an order follows within horizon_days; null where that is not known yet
with dated_orders as (
    select
        customer_id,
        order_id,
        ordered_at,
        promised_on,
        delivered_at,
        channel,
        lag(ordered_at) over (partition by customer_id order by ordered_at, order_id) as ordered_before
    from orders
),

buying as (
    select
        spine.customer_id,
        spine.as_of,
        date_diff('day', max(ordered_at)::date, any_value(spine.as_of)) as days_since_last_order,
        count(*) filter (ordered_at >= spine.as_of - 364) as orders,
        count(*) filter (ordered_at >= spine.as_of - 181) as newer_orders,
        count(*) filter (ordered_at >= spine.as_of - 363 and ordered_at < spine.as_of - 181) as older_orders,
        min(ordered_at) < any_value(spine.as_of) - 363 as is_here_for_long,
        count(ordered_before) as gaps,
        coalesce(sum(date_diff('day', ordered_before::date, ordered_at::date)), 0) as gap_days,
        count(*) filter (promised_on >= spine.as_of - 364 and promised_on < spine.as_of) as promised,
        count(*) filter (
            promised_on >= spine.as_of - 364 and promised_on < spine.as_of and delivered_at < promised_on + interval 1 day
        ) as delivered_in_time
    from attachment_spine as spine
    join dated_orders
        on dated_orders.customer_id = spine.customer_id
        and dated_orders.ordered_at < spine.as_of + interval 1 day
    group by spine.customer_id, spine.as_of
),

next_orders as (
    select distinct spine.customer_id, spine.as_of
    from attachment_spine as spine
    join orders
        on orders.customer_id = spine.customer_id
        and orders.ordered_at >= spine.as_of + interval 1 day
        and orders.ordered_at < spine.as_of + $horizon_days::integer + interval 1 day
    where spine.role <> 'tonight'
),

lines as (
    select
        spine.customer_id,
        spine.as_of,
        count(distinct category) filter (kind = 'purchase') as categories,
        sum(discount) filter (kind = 'purchase') as discount,
        sum(amount) filter (kind = 'purchase') as amount
    from attachment_spine as spine
    join transactions
        on transactions.customer_id = spine.customer_id
        and transactions.occurred_at < spine.as_of + interval 1 day
        and transactions.occurred_at >= spine.as_of - 364
    group by spine.customer_id, spine.as_of
),

first_sales as (
    select category, min(occurred_at) as sold_first from transactions where kind = 'purchase' group by category
),

assortment as (
    select dates.as_of, count(*) as categories
    from (select distinct as_of from attachment_spine) as dates
    join first_sales on first_sales.sold_first < dates.as_of + interval 1 day
    group by dates.as_of
),

regrets as (
    select customer_id, order_id, occurred_at from transactions where kind = 'return'
    union all
    select customer_id, order_id, opened_at from cases
),

regretted as (
    select spine.customer_id, spine.as_of, count(distinct regrets.order_id) as regretted_orders
    from attachment_spine as spine
    join regrets
        on regrets.customer_id = spine.customer_id
        and regrets.occurred_at < spine.as_of + interval 1 day
    join orders
        on orders.order_id = regrets.order_id
        and orders.ordered_at >= spine.as_of - 364
    group by spine.customer_id, spine.as_of
),

moments as (
    select
        spine.customer_id,
        spine.as_of,
        count(*) as good_moments,
        count(*) filter (returned_at <= attachment_moments.occurred_at + to_days($horizon_days::integer)) as returns_after
    from attachment_spine as spine
    join attachment_moments
        on attachment_moments.customer_id = spine.customer_id
        and attachment_moments.occurred_at < spine.as_of - $horizon_days::integer + interval 1 day
        and attachment_moments.occurred_at >= spine.as_of - $horizon_days::integer - 364
    group by spine.customer_id, spine.as_of
),

support as (
    select
        customer_id,
        occurred_at,
        channel,
        lag(channel) over earlier as channel_before,
        lag(occurred_at) over earlier as contacted_before
    from touchpoints
    where stage = 'support' and kind <> 'refund'
    window earlier as (partition by customer_id order by occurred_at, touchpoint_id)
),

journey as (
    select
        spine.customer_id,
        spine.as_of,
        count(*) as steps,
        count(*) filter (outcome = 'ok') as smooth_steps
    from attachment_spine as spine
    join touchpoints
        on touchpoints.customer_id = spine.customer_id
        and touchpoints.occurred_at < spine.as_of + interval 1 day
        and touchpoints.occurred_at >= spine.as_of - 364
    where touchpoints.stage in ('purchase', 'use', 'support') and touchpoints.outcome <> 'abandoned'
    group by spine.customer_id, spine.as_of
),

contacts as (
    select
        spine.customer_id,
        spine.as_of,
        count(*) as support_contacts,
        count(*) filter (channel <> channel_before and contacted_before >= occurred_at - interval 14 days) as channel_switches
    from attachment_spine as spine
    join support
        on support.customer_id = spine.customer_id
        and support.occurred_at < spine.as_of + interval 1 day
        and support.occurred_at >= spine.as_of - 364
    group by spine.customer_id, spine.as_of
),

handled as (
    select
        spine.customer_id,
        spine.as_of,
        count(*) as promised,
        count(*) filter (resolved_at <= promised_by) as solved_in_time
    from attachment_spine as spine
    join cases
        on cases.customer_id = spine.customer_id
        and cases.opened_at < spine.as_of + interval 1 day
        and cases.promised_by < spine.as_of + interval 1 day
        and cases.promised_by >= spine.as_of - 364
    group by spine.customer_id, spine.as_of
),

gathered as (
    select
        spine.customer_id,
        spine.as_of,
        spine.role,
        buying.days_since_last_order,
        buying.orders,
        buying.newer_orders,
        buying.older_orders,
        buying.is_here_for_long,
        buying.gaps,
        buying.gap_days,
        lines.categories,
        lines.discount,
        lines.amount,
        coalesce(moments.good_moments, 0) as good_moments,
        coalesce(moments.returns_after, 0) as returns_after,
        buying.promised + coalesce(handled.promised, 0) as promises,
        buying.delivered_in_time + coalesce(handled.solved_in_time, 0) as promises_kept,
        coalesce(journey.steps, 0) as steps,
        coalesce(journey.smooth_steps, 0) as smooth_steps,
        coalesce(contacts.support_contacts, 0) as support_contacts,
        coalesce(contacts.channel_switches, 0) as channel_switches,
        coalesce(regretted.regretted_orders, 0) as regretted_orders,
        case when spine.role <> 'tonight' then next_orders.customer_id is not null end as buys_again
    from attachment_spine as spine
    join buying using (customer_id, as_of)
    join lines using (customer_id, as_of)
    left join moments using (customer_id, as_of)
    left join handled using (customer_id, as_of)
    left join journey using (customer_id, as_of)
    left join contacts using (customer_id, as_of)
    left join regretted using (customer_id, as_of)
    left join next_orders using (customer_id, as_of)
),

-- What is usual at each date; where nobody had an occasion, a half.
usual as (
    select
        as_of,
        coalesce(sum(returns_after) / nullif(sum(good_moments), 0), 0.5) as usual_returns,
        coalesce(sum(promises_kept) / nullif(sum(promises), 0), 0.5) as usual_keeping,
        coalesce(sum(smooth_steps) / nullif(sum(steps), 0), 0.5) as usual_smoothness,
        coalesce(1 - sum(channel_switches) / nullif(sum(support_contacts), 0), 0.5) as without_switch,
        coalesce(1 - sum(regretted_orders) / nullif(sum(orders), 0), 0.5) as without_regret,
        coalesce(sum(gap_days) / nullif(sum(gaps), 0), 90) as usual_gap
    from gathered
    group by as_of
),

measured as (
    select
        gathered.*,
        (returns_after + 2 * usual_returns) / (good_moments + 2) as returning_share,
        (promises_kept + 2 * usual_keeping) / (promises + 2) as keeping_share,
        (smooth_steps + 2 * usual_smoothness) / (steps + 2) as smooth_share,
        (support_contacts - channel_switches + 2 * without_switch) / (support_contacts + 2) as switch_free_share,
        (orders - regretted_orders + 2 * without_regret) / (orders + 2) as regret_free_share,
        least((gap_days + usual_gap) / (gaps + 1) / greatest(days_since_last_order, 1), 1) as own_rhythm,
        case when is_here_for_long then (newer_orders + 1) / (newer_orders + older_orders + 2) else 0.5 end as pace,
        least(ln(1 + gathered.categories) / ln(1 + assortment.categories), 1) as breadth,
        coalesce(amount::double / nullif(amount + discount, 0), 1) as full_price
    from gathered
    join usual using (as_of)
    join assortment using (as_of)
),

parts as (
    select
        *,
        100 * returning_share as anchors,
        100 * (keeping_share + smooth_share + switch_free_share) / 3 as designed_for_you,
        100 * regret_free_share as no_regret,
        100 * (own_rhythm + pace + breadth + full_price) / 4 as coming_back
    from measured
),

final as (
    select
        customer_id,
        as_of,
        role,
        good_moments,
        returns_after,
        round(anchors, 3) as anchors,
        promises,
        promises_kept,
        orders,
        steps,
        smooth_steps,
        support_contacts,
        channel_switches,
        round(designed_for_you, 3) as designed_for_you,
        regretted_orders,
        round(no_regret, 3) as no_regret,
        round(own_rhythm, 4) as own_rhythm,
        round(pace, 4) as pace,
        round(breadth, 4) as breadth,
        round(full_price, 4) as full_price,
        round(coming_back, 3) as coming_back,
        round((anchors + designed_for_you + no_regret + coming_back) / 4, 3) as attachment,
        round(ln(1 + days_since_last_order), 6) as log_recency,
        round(ln(1 + orders), 6) as log_frequency,
        round(ln(1 + days_since_last_order) ^ 2, 6) as log_recency_squared,
        round(ln(1 + orders) ^ 2, 6) as log_frequency_squared,
        round(ln(1 + days_since_last_order) * ln(1 + orders), 6) as log_recency_by_frequency,
        buys_again
    from parts
)

select * from final order by as_of, customer_id
