-- How often the words of each watch-list were said, day by day: messages, authors, people who may have seen them, and over how many of
-- the channels that spoke that day they spread.
-- list: the watch-list
-- day: the day on which they were said; days without a mention have no row
-- messages: messages that use its words
-- authors: who wrote them: accounts, else customers, else one a message
-- reach: people who may have seen them, summed over messages; 0 where the channel does not tell
-- spread: share of the channels with any message that day on which they were said, 0 to 1
with mentions as (
    select distinct feedback_id, name as list from sentence_phrases where list = 'watch'
),

channels_a_day as (
    select occurred_at::date as day, count(distinct source) as channels
    from feedback
    where occurred_at < $as_of::date + interval 1 day
    group by day
),

final as (
    select
        mentions.list,
        feedback.occurred_at::date as day,
        count(*) as messages,
        count(distinct coalesce(feedback.author_id, feedback.customer_id, feedback.feedback_id)) as authors,
        coalesce(sum(feedback.reach), 0)::bigint as reach,
        round(count(distinct feedback.source) / any_value(channels_a_day.channels), 3) as spread
    from mentions
    join feedback using (feedback_id)
    join channels_a_day on channels_a_day.day = feedback.occurred_at::date
    group by mentions.list, feedback.occurred_at::date
)

select * from final order by list, day
