-- Whom to answer, how and by when, the most urgent first: what was said of the own brand on reviews, social networks, tickets, chats and
-- calls, and by employees, in the last reply_days, by pipelines/policy/reputation.yaml; but not what a case shows to have been
-- acknowledged or solved. A complaint is due whatever its credibility: doubt adds a check of the facts before the answer, and never
-- removes it; where the policy has nobody answer, a message that names a problem falls under the entry of a customer who is as specific.
-- No words and no names are copied here: read the message itself by its id. Answering is service, so the hold-out is answered as well.
-- place: 1 is most urgent
-- feedback_id: which message
-- occurred_at: when it was said
-- source: review, social, ticket, chat, call or employee
-- due_at: by when to answer
-- hours_left: from the end of the last day known until then; negative when overdue
-- status: overdue, due_today or due_later
-- speaker: customer, ex_customer, prospect, troll, employee or competitor
-- detail: specific or general
-- is_problem: whether it tells of a problem
-- topics: what it speaks of, with commas between
-- topics_en: the same in English
-- topics_it: the same in Italian
-- watch_list: safety, legal or press, where words of a watch-list are said; null elsewhere
-- reach: people who may have seen it; null where not known
-- value: what its author is expected to pay in the next year, in the pipeline's currency; null where not known
-- check_first: whether its credibility is low, so that the facts are looked into before anybody answers
-- reply: public, private or public_then_private
-- answered_by_en: who answers, in English
-- answered_by_it: who answers, in Italian
-- tone_en: in which tone, in English
-- tone_it: in which tone, in Italian
-- say_en: what to do and say, in English
-- say_it: what to do and say, in Italian
-- never_en: what never to say, in English
-- never_it: what never to say, in Italian
with recent as (
    select *
    from feedback
    where
        brand = 'own'
        and source <> 'survey'
        and occurred_at >= $as_of::date + interval 1 day - to_days($reply_days::integer)
        and occurred_at < $as_of::date + interval 1 day
),

answered as (
    select distinct feedback_id
    from cases
    where
        feedback_id is not null
        and least(acknowledged_at, resolved_at) < $as_of::date + interval 1 day
),

spoken_topics as (
    select
        feedback_topics.feedback_id,
        string_agg(topic, ', ' order by topic) as topics,
        string_agg(coalesce(topic_names.label_en, topic), ', ' order by topic) as topics_en,
        string_agg(coalesce(topic_names.label_it, topic), ', ' order by topic) as topics_it,
        min(feedback_topics.sentiment) as worst
    from feedback_topics
    join recent using (feedback_id)
    left join topic_names using (topic)
    group by feedback_topics.feedback_id
),

watched as (
    select feedback_id, min(name) as watch_list
    from sentence_phrases
    where list = 'watch' and not is_negated
    group by feedback_id
),

described as (
    select
        recent.feedback_id,
        recent.customer_id,
        recent.occurred_at,
        recent.source,
        recent.reach,
        feedback_speakers.speaker,
        case when coalesce(feedback_details.is_specific, false) then 'specific' else 'general' end as detail,
        coalesce(recent.rating / recent.rating_scale <= 0.5, false)
            or coalesce(spoken_topics.worst < -0.2, false)
            or coalesce(feedback_signs.speaks_of_leaving, false)
            or watched.watch_list is not null as is_problem,
        coalesce(spoken_topics.worst < -0.2, false) or watched.watch_list is not null as names_problem,
        spoken_topics.topics,
        spoken_topics.topics_en,
        spoken_topics.topics_it,
        watched.watch_list,
        coalesce(feedback_credibility.credibility_percent < 50 or feedback_credibility.level = 'low', false) as check_first
    from recent
    join feedback_speakers using (feedback_id)
    anti join answered using (feedback_id)
    left join feedback_details using (feedback_id)
    left join feedback_signs using (feedback_id)
    left join feedback_credibility using (feedback_id)
    left join spoken_topics using (feedback_id)
    left join watched using (feedback_id)
),

-- Whose entry of the policy holds.
ruled as (
    select
        described.*,
        case when policy.reply = 'none' and described.names_problem then 'customer' else described.speaker end as ruled_as
    from described
    join reputation_playbook as policy using (speaker, detail)
),

timed as (
    select
        ruled.*,
        policy.* exclude (speaker, detail, deadline_hours, praise_hours),
        ruled.occurred_at + to_hours(
            case
                when ruled.watch_list is not null then $watch_hours::integer
                when ruled.is_problem then policy.deadline_hours
                else policy.praise_hours
            end
        ) as due_at
    from ruled
    join reputation_playbook as policy on policy.speaker = ruled.ruled_as and policy.detail = ruled.detail
    where policy.reply <> 'none'
),

final as (
    select
        row_number() over (
            order by
                timed.watch_list is null, not timed.is_problem, timed.due_at, coalesce(timed.reach, 0) desc, timed.feedback_id
        ) as place,
        timed.feedback_id,
        timed.occurred_at,
        timed.source,
        timed.due_at,
        date_diff('hour', $as_of::date + interval 1 day, timed.due_at) as hours_left,
        case
            when timed.due_at < $as_of::date + interval 1 day then 'overdue'
            when timed.due_at < $as_of::date + interval 2 day then 'due_today'
            else 'due_later'
        end as status,
        timed.speaker,
        timed.detail,
        timed.is_problem,
        timed.topics,
        timed.topics_en,
        timed.topics_it,
        timed.watch_list,
        timed.reach,
        round(lifetime_value.expected_value, 2) as value,
        timed.check_first,
        timed.reply,
        timed.answered_by_en,
        timed.answered_by_it,
        timed.tone_en,
        timed.tone_it,
        timed.say_en,
        timed.say_it,
        timed.never_en,
        timed.never_it
    from timed
    left join lifetime_value using (customer_id)
)

select * from final order by place
