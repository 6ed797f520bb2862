-- What the comments speak of, by words in Portuguese without their accents; a comment may speak of several things.
with comments as (
    select
        rating <= 2 as is_low,
        strip_accents(lower(text)) as words
    from feedback
    where text is not null
),

mentions as (
    select
        is_low,
        unnest([
            {
                topic: 'not_received',
                is_mentioned: regexp_matches(
                    words,
                    'nao (o |a |os |as )?(recebi|chegou|chegaram|foi entregue|entregaram|veio)|ainda nao|ate (agora|hoje|o momento)|nunca chegou|cade '
                )
            },
            {
                topic: 'late',
                is_mentioned: regexp_matches(words, 'atras|demor|fora do prazo|prazo (nao|venc|expir)|depois do prazo')
            },
            {
                topic: 'wrong_or_missing',
                is_mentioned: regexp_matches(
                    words,
                    'errad|faltando|faltou|falta |incomplet|trocad|diferente|so (veio|recebi|chegou)|(veio|recebi|chegou) (so|apenas|somente)'
                )
            },
            {
                topic: 'broken',
                is_mentioned: regexp_matches(words, 'defeit|quebrad|danific|estrag|nao funcion|amassad|rasgad|avaria')
            },
            {
                topic: 'poor_quality',
                is_mentioned: regexp_matches(
                    words,
                    'qualidade (muito )?(ruim|pessima|baixa|inferior)|(ma|pessima|baixa) qualidade|fragil|nao gostei|vagabund'
                )
            },
            {topic: 'refund', is_mentioned: regexp_matches(words, 'reembols|estorn|devolu|devolv|cancel|meu dinheiro')},
            {
                topic: 'no_answer',
                is_mentioned: regexp_matches(
                    words, 'nao respond|sem resposta|nenhuma resposta|descaso|nao (consigo|tive) (contato|resposta|retorno)|ninguem'
                )
            }
        ]) as mention
    from comments
),

counts as (
    select
        mention.topic as topic,
        count(*) filter (is_low) as low_comments,
        count(*) filter (not is_low) as other_comments,
        count(*) filter (is_low and mention.is_mentioned) / nullif(low_comments, 0) as share,
        round(count(*) filter (not is_low and mention.is_mentioned) / nullif(other_comments, 0), 4) as other_share
    from mentions
    group by mention.topic
),

final as (
    select
        topic,
        low_comments,
        other_comments,
        round(share, 4) as low_share,
        round((share + 1.9208 / low_comments - 1.96 * sqrt((share * (1 - share) + 0.9604 / low_comments) / low_comments))
            / (1 + 3.8416 / low_comments), 4) as low_share_low,
        round((share + 1.9208 / low_comments + 1.96 * sqrt((share * (1 - share) + 0.9604 / low_comments) / low_comments))
            / (1 + 3.8416 / low_comments), 4) as low_share_high,
        other_share
    from counts
)

select * from final
order by low_share desc, topic
