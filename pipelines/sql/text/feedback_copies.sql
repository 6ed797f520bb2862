-- Who else says the same, until three days later: for each message the number of others with the same words, and of others that share at least 70% of
-- their word pairs (Jaccard). Candidates share two of their six smallest hashes of word pairs (bottom-k sketch, Broder 1997;
-- Cohen & Kaplan 2007) and are compared with the first text of those buckets alone, so that a million equal texts cost no square.
-- Texts of fewer than five words are copies of nothing.
-- feedback_id: the message
-- group_no: which group of texts that are alike it belongs to
-- copies: other messages with the same words, until three days after it
-- near_copies: other messages of its group with other words, until three days after it
with worded as (
    select
        feedback_id,
        occurred_at,
        trim(regexp_replace(lower(text), '[^\p{L}\p{N}]+', ' ', 'g')) as plain
    from feedback_texts
    where words >= 5
),

distinct_texts as (
    select
        plain,
        min(occurred_at) as first_at,
        row_number() over (order by min(occurred_at), plain) as text_no
    from worded
    group by plain
),

shingles as (
    select text_no, list_distinct(list_transform(range(1, len(w)), lambda i: hash(w[i], w[i + 1]))) as hashes
    from (select text_no, string_split(plain, ' ') as w from distinct_texts)
),

sketches as (
    select text_no, unnest(list_slice(list_sort(hashes), 1, 6)) as hash from shingles
),

leaders as (
    select hash, min(text_no) as leader from sketches group by hash having count(*) > 1
),

pairs as (
    select sketches.text_no, leaders.leader
    from sketches
    join leaders on leaders.hash = sketches.hash and leaders.leader < sketches.text_no
    group by sketches.text_no, leaders.leader
    having count(*) >= 2
),

similar_pairs as (
    select pairs.text_no, pairs.leader
    from pairs
    join shingles as one on one.text_no = pairs.text_no
    join shingles as other on other.text_no = pairs.leader
    where len(list_intersect(one.hashes, other.hashes))
        >= 0.7 / 1.7 * (len(one.hashes) + len(other.hashes))
),

-- A text belongs to the earliest text that it is like.
groups as (
    select
        distinct_texts.text_no,
        distinct_texts.plain,
        coalesce(min(similar_pairs.leader), distinct_texts.text_no) as group_no
    from distinct_texts
    left join similar_pairs using (text_no)
    group by distinct_texts.text_no, distinct_texts.plain
),

final as (
    select
        worded.feedback_id,
        groups.group_no,
        count(*) over same_words - 1 as copies,
        count(*) over alike - count(*) over same_words as near_copies
    from worded
    join groups using (plain)
    window
        same_words as (
            partition by worded.plain order by worded.occurred_at range between unbounded preceding and interval 3 days following
        ),
        alike as (
            partition by groups.group_no order by worded.occurred_at
            range between unbounded preceding and interval 3 days following
        )
)

select * from final
