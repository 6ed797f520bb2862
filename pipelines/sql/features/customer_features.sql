-- What was known of each customer of the spine at the end of its date: nothing later may enter here.
with orders as (
    select
        customer_id,
        order_id,
        min(occurred_at) as ordered_at,
        sum(amount) as amount,
        sum(discount) as discount,
        any_value(channel order by transaction_id) as channel
    from transactions
    where kind = 'purchase' and customer_id is not null
    -- By day: a line that is added to an order later must not reach back.
    group by customer_id, order_id, occurred_at::date
),

paced_orders as (
    select
        *,
        date_diff('day', lag(ordered_at) over (partition by customer_id order by ordered_at, order_id), ordered_at) as gap_days
    from orders
),

buying as (
    select
        spine.customer_id,
        spine.as_of,
        date_diff('day', max(ordered_at)::date, spine.as_of) as days_since_last_order,
        date_diff('day', min(ordered_at)::date, spine.as_of) as tenure_days,
        count(*) filter (ordered_at >= spine.as_of - 89) as orders_90_days,
        count(*) filter (ordered_at >= spine.as_of - 364) as orders_365_days,
        coalesce(sum(amount) filter (ordered_at >= spine.as_of - 89), 0) as spend_90_days,
        coalesce(sum(amount) filter (ordered_at >= spine.as_of - 364), 0) as spend_365_days,
        round(avg(amount), 2) as mean_order_value,
        round(avg(gap_days), 2) as mean_gap_days,
        max(gap_days) as longest_gap_days,
        round(coalesce(sum(discount) / nullif(sum(amount) + sum(discount), 0), 0), 4) as discount_share,
        round(avg((channel <> 'store')::integer), 4) as online_share,
        max_by(channel, (ordered_at, order_id)) as last_channel
    from spine
    join paced_orders
        on paced_orders.customer_id = spine.customer_id
        and paced_orders.ordered_at < spine.as_of + interval 1 day
    group by spine.customer_id, spine.as_of
),

lines as (
    select
        spine.customer_id,
        spine.as_of,
        count(distinct category) filter (kind = 'purchase') as categories,
        count(*) filter (kind = 'return' and occurred_at >= spine.as_of - 179) as returns_180_days,
        count(distinct order_id) filter (
            kind = 'purchase' and promised_on is not null and promised_on >= spine.as_of - 179 and promised_on < spine.as_of
            and (delivered_at is null or delivered_at >= spine.as_of + interval 1 day or delivered_at::date > promised_on)
        ) as late_deliveries_180_days
    from spine
    join transactions
        on transactions.customer_id = spine.customer_id
        and transactions.occurred_at < spine.as_of + interval 1 day
    group by all
),

contacts as (
    select
        spine.customer_id,
        spine.as_of,
        count(*) filter (outcome = 'problem' and kind = 'queue') as long_queues_180_days,
        count(*) filter (outcome = 'problem' and kind = 'invoice') as wrong_invoices_180_days,
        count(*) filter (outcome = 'problem' and kind = 'refund') as failed_refunds_180_days,
        count(*) filter (outcome = 'problem' and kind = 'session') as app_problems_180_days,
        count(*) filter (outcome = 'problem' and kind = 'return') as faulty_items_180_days,
        count(*) filter (touchpoints.stage = 'support') as support_contacts_180_days,
        count(*) filter (touchpoints.stage in ('need', 'research') and occurred_at >= spine.as_of - 29) as visits_30_days
    from spine
    join touchpoints
        on touchpoints.customer_id = spine.customer_id
        and touchpoints.occurred_at < spine.as_of + interval 1 day
        and touchpoints.occurred_at >= spine.as_of - 179
    group by all
),

complaints as (
    select
        spine.customer_id,
        spine.as_of,
        count(*) filter (opened_at >= spine.as_of - 179) as complaints_180_days,
        count(*) filter (resolved_at is null or resolved_at >= spine.as_of + interval 1 day) as open_complaints
    from spine
    join cases
        on cases.customer_id = spine.customer_id
        and cases.opened_at < spine.as_of + interval 1 day
    group by all
),

voices as (
    select
        spine.customer_id,
        spine.as_of,
        count(*) filter (occurred_at >= spine.as_of - 179) as messages_180_days,
        max_by(nps, (occurred_at, feedback_id)) filter (nps is not null) as last_nps,
        max_by(rating / rating_scale, (occurred_at, feedback_id)) filter (rating is not null) as last_rating_share,
        max_by(csat, (occurred_at, feedback_id)) filter (csat is not null) as last_csat,
        max_by(ces, (occurred_at, feedback_id)) filter (ces is not null) as last_ces
    from spine
    join feedback
        on feedback.customer_id = spine.customer_id
        and feedback.occurred_at < spine.as_of + interval 1 day
    where brand = 'own'
    group by all
),

treatments as (
    select
        spine.customer_id,
        spine.as_of,
        count(*) filter (started_at >= spine.as_of - 179) as treatments_180_days
    from spine
    join actions
        on actions.unit = 'customer'
        and actions.unit_id = spine.customer_id
        and actions.arm = 'treated'
        and actions.started_at < spine.as_of + interval 1 day
    group by all
),

final as (
    select
        spine.customer_id,
        spine.as_of,
        customers.segment,
        customers.language,
        buying.* exclude (customer_id, as_of),
        round(buying.days_since_last_order / nullif(buying.mean_gap_days, 0), 3) as gaps_since_last_order,
        lines.categories,
        lines.returns_180_days,
        lines.late_deliveries_180_days,
        coalesce(contacts.long_queues_180_days, 0) as long_queues_180_days,
        coalesce(contacts.wrong_invoices_180_days, 0) as wrong_invoices_180_days,
        coalesce(contacts.failed_refunds_180_days, 0) as failed_refunds_180_days,
        coalesce(contacts.app_problems_180_days, 0) as app_problems_180_days,
        coalesce(contacts.faulty_items_180_days, 0) as faulty_items_180_days,
        coalesce(contacts.support_contacts_180_days, 0) as support_contacts_180_days,
        coalesce(contacts.visits_30_days, 0) as visits_30_days,
        coalesce(complaints.complaints_180_days, 0) as complaints_180_days,
        coalesce(complaints.open_complaints, 0) as open_complaints,
        coalesce(voices.messages_180_days, 0) as messages_180_days,
        voices.last_nps,
        round(voices.last_rating_share, 3) as last_rating_share,
        voices.last_csat,
        voices.last_ces,
        coalesce(treatments.treatments_180_days, 0) as treatments_180_days
    from spine
    join buying using (customer_id, as_of)
    join lines using (customer_id, as_of)
    -- Who bought before registering was not known as a customer then.
    left join customers
        on customers.customer_id = spine.customer_id
        and coalesce(customers.registered_at, timestamp '-infinity') < spine.as_of + interval 1 day
    left join contacts using (customer_id, as_of)
    left join complaints using (customer_id, as_of)
    left join voices using (customer_id, as_of)
    left join treatments using (customer_id, as_of)
)

select * from final
