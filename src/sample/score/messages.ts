/**
 * CTEs that put what a table claims of each message beside the truth: `claim(feedback_id, claimed, times)` and
 * `compared`, the messages asked about with `claimed`, null where the run has not judged.
 *
 * `claimed` is an SQL expression over the table. Of several claims of one message the first in order counts.
 */
export function comparedMessages(table: string, claimed: string): string {
  return `
claim as (
  select feedback_id, any_value(${claimed} order by ${claimed}) as claimed, count(*) as times
  from ${table}
  group by feedback_id
),
compared as (
  select asked_message.*, claimed
  from asked_message
  left join claim using (feedback_id)
)`;
}

/** Columns on how much of what was asked about is judged, and on what is claimed besides. */
export const reach = `
  (select count(claimed)::integer from compared) as n,
  (select count(claimed) / count(*) from compared) as coverage,
  (select count(*)::integer from claim anti join asked_message using (feedback_id)) as unknown_messages,
  (select coalesce(sum(times - 1), 0)::integer from claim) as repeated_claims`;
