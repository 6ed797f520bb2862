-- What each message says, cut where one statement ends and the next begins: at full stops, semicolons and line breaks, and
-- before a "but". Sentence 0 is not here: it stands for the whole message.
-- feedback_id: the message
-- sentence: its number within the message, from 1
-- occurred_at: when the message was written
-- language: ISO 639-1; null where it is not known
-- text: the statement
-- stems: its words without inflection, parted by blanks
with cut as (
    select
        feedback_id,
        occurred_at,
        language,
        string_split(
            regexp_replace(
                without_formulas,
                '([.!?…]+["»”)]?\s+|\s*[;|]\s*|:\s+|\s+[-–—]\s+|,?\s+(ma|però|invece|mentre|inoltre|anche se|e poi|but|however|whereas|although|though|also|besides|plus|mas|porém|aber|mais|pero)\s+)',
                '\1' || chr(31), 'g'
            ),
            chr(31)
        ) as parts
    from feedback_texts
),

numbered as (
    select
        feedback_id,
        occurred_at,
        language,
        unnest(range(1, len(parts) + 1)) as sentence,
        trim(unnest(parts)) as text
    from cut
),

final as (
    select
        feedback_id,
        sentence,
        occurred_at,
        language,
        text,
        stems_of(text, coalesce(language, '')) as stems
    from numbered
    where regexp_matches(text, '[\p{L}\p{N}]')
)

select * from final
