import { causes, memoryDays } from "./causes.js";

/** Satisfaction of a customer of average contentment whom nothing has troubled lately, in standard deviations. */
const usual = 0.5;

/**
 * A SELECT of `<key>, happiness` for the rows of `table(<key>, customer_no, occurred_at)`: standing contentment less
 * what went wrong in the last days, each cause counted once and three points at most. About normal, 0 being so-so.
 */
export function happinessOf(table: string, key: string): string {
  return `
select
  ${key},
  0.75 * content + ${usual} - least(30, coalesce(${tenthsOf("met")}, 0)) / 10 as happiness
from ${table}
join customer using (customer_no)
left join (
  select asked.${key}, bit_or(1 << cause_no) as met
  from ${table} as asked
  join experience
    on experience.customer_no = asked.customer_no
    and experience.occurred_at <= asked.occurred_at
    and experience.occurred_at > asked.occurred_at - interval ${memoryDays} day
  group by asked.${key}
) using (${key})`;
}

/** SQL for the tenths of a point of satisfaction that causes take away together, given the bits of their numbers. */
function tenthsOf(bits: string): string {
  return causes
    .map(({ mood }, index) => `(${bits} >> ${index + 1} & 1) * ${Math.round(10 * mood)}`)
    .join(" + ");
}

/** SQL for the answer from 0 to 10 to "how likely are you to recommend us", given happiness and a key for the noise. */
export function npsAnswer(happiness: string, key: string): string {
  return `greatest(0, least(10, round(7.9 + 1.7 * ${happiness} + 1.1 * normal('nps', ${key}))))::integer`;
}
