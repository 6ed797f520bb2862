-- Every message as plain text: without markup, links, encoded attachments and invisible characters, at most 5,000 characters
-- long, with its language where the channel does not tell it.
-- feedback_id: the message
-- occurred_at: when it was written
-- text: the plain text
-- without_formulas: the same without how letters begin and end
-- language: ISO 639-1; null where it is not known
-- words: how many it has
with plain as (
    select
        feedback_id,
        occurred_at,
        language as told_language,
        trim(regexp_replace(
            regexp_replace(
                regexp_replace(
                    left(nfc_normalize(text), 20000),
                    '<[^<>]{0,500}>|https?://\S+|[A-Za-z0-9+/=]{60,}', ' ', 'g'
                ),
                '[\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{FEFF}]', '', 'g'
            ),
            -- A blank that stands alone stays: to replace each by itself takes longer than all else here.
            '[\s\p{Z}\p{Cc}]{2,}|[\p{Cc}\p{Zl}\p{Zp}\x{A0}\x{1680}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]', ' ', 'g'
        ))[:5000] as text
    from feedback
    where text is not null and occurred_at < $as_of::date + interval 1 day
),

final as (
    select
        feedback_id,
        occurred_at,
        text,
        regexp_replace(
            text,
            -- How letters begin and end says nothing of what they are about.
            '^\s*(gentil\w*|spett\S*|egregi\w*|car[oaie]|buon\s?giorno|buona\s?sera|salve|ciao|dear|hi|hello|hey|good (morning|afternoon|evening))\b[^.!?:;,]{0,40}[.,!:]\s*'
            || '|\b(resto |rimango )?(in attesa di|attendo|aspetto) (una |un |vostra |cortese )*(risposta|riscontro)\b|\b(cordiali|distinti) saluti\b'
            || '|\b(please|kindly) (reply|advise|answer)\b|\b(looking forward to|awaiting) (your|a) (reply|answer)\b|\b(kind|best) regards\b|\byours (sincerely|faithfully)\b',
            '', 'gi'
        ) as without_formulas,
        coalesce(lower(told_language)[:2], language_of(text)) as language,
        len(regexp_extract_all(text, '[\p{L}\p{N}]+')) as words
    from plain
    where text <> ''
)

select * from final
