-- What each topic of pipelines/policy/topics.yaml is called.
-- topic: which
-- journey_stage: need, research, purchase, use or support
-- label_en: its name in English; the topic itself where the policy has none
-- label_it: its name in Italian; the topic itself where the policy has none
with final as (
    select
        topic,
        min(journey_stage) as journey_stage,
        coalesce(max(label) filter (language = 'en'), topic) as label_en,
        coalesce(max(label) filter (language = 'it'), topic) as label_it
    from topics
    group by topic
)

select * from final order by topic
