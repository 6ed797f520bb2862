-- How attached each active customer is, from what they did in the last 365 days: four parts from 0 to 100, their mean, and how it has
-- moved since the newest date whose horizon has passed. What each part counts is told in attachment_facts; whether it predicts who buys again, in
-- attachment_gain.
-- customer_id: whose
-- attachment: mean of the four parts, 0 to 100
-- attachment_before: the same on compared_with; null for who was not active or not drawn then
-- change: the difference
-- compared_with: the earlier date; null where there is none
-- place: share of active customers who are less attached, 0 to 1
-- anchors: 0 to 100, good moments of service that were followed by a return
-- designed_for_you: 0 to 100, promises kept, smooth steps, no change of channel needed
-- no_regret: 0 to 100, orders neither returned nor complained about
-- coming_back: 0 to 100, own rhythm, pace, breadth, price paid in full
-- good_moments: good moments of service, but for the newest horizon_days
-- returns_after: those of them that an order followed within horizon_days
-- promises: deliveries and complaints for which a day was promised
-- promises_kept: those of them that were kept
-- regretted_orders: orders of which something was returned, or about which the customer complained
-- weakest_part: the part in which the fewest others are worse: anchors, designed_for_you, no_regret or coming_back
with tonight as (
    select
        *,
        percent_rank() over (order by attachment) as place,
        percent_rank() over (order by anchors) as anchors_place,
        percent_rank() over (order by designed_for_you) as designed_for_you_place,
        percent_rank() over (order by no_regret) as no_regret_place,
        percent_rank() over (order by coming_back) as coming_back_place
    from attachment_facts
    where role = 'tonight'
),

earlier as (
    select customer_id, as_of, attachment from attachment_facts where role = 'test'
),

final as (
    select
        tonight.customer_id,
        tonight.attachment,
        earlier.attachment as attachment_before,
        round(tonight.attachment - earlier.attachment, 3) as change,
        earlier.as_of as compared_with,
        round(tonight.place, 4) as place,
        tonight.anchors,
        tonight.designed_for_you,
        tonight.no_regret,
        tonight.coming_back,
        tonight.good_moments,
        tonight.returns_after,
        tonight.promises,
        tonight.promises_kept,
        tonight.regretted_orders,
        case least(anchors_place, designed_for_you_place, no_regret_place, coming_back_place)
            when no_regret_place then 'no_regret'
            when designed_for_you_place then 'designed_for_you'
            when anchors_place then 'anchors'
            else 'coming_back'
        end as weakest_part
    from tonight
    left join earlier using (customer_id)
)

select * from final order by attachment desc, customer_id
