/**
 * CTEs that score a table `judged(actual, claimed)` of texts without nulls, one row an item: `class_score`, a row a
 * class with precision, recall and F1 (null where undefined), whether the class is true, claimed or both.
 */
export const classScores = `
class_score as (
  select
    class,
    count(*) filter (actual = class)::integer as n,
    count(*) filter (actual = class and claimed = class) / nullif(count(*) filter (claimed = class), 0) as precision,
    count(*) filter (actual = class and claimed = class) / nullif(count(*) filter (actual = class), 0) as recall,
    2 * count(*) filter (actual = class and claimed = class)
      / (count(*) filter (actual = class) + count(*) filter (claimed = class)) as f1
  from (select actual as class from judged union select claimed from judged)
  join judged on class in (actual, claimed)
  group by class
)`;

/** Columns over `judged` and `class_score`. The mean of F1 is over classes that are true of something. */
export const classification = `
  (select avg((actual = claimed)::integer) from judged) as accuracy,
  (select avg(f1) from class_score where n > 0) as macro_f1,
  ${classList("class")} as classes`;

/** The rows of `class_score` as a list of records. */
function classList(order: string): string {
  return `(select coalesce(list(class_score order by ${order}), []) from class_score)`;
}
