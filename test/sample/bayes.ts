import type { World } from "./world.js";
import { aucOf } from "./world.js";

/**
 * How well a naive Bayes classifier tells the rows of `from` for which `label` holds, given only `features` (SQL
 * expressions, numbers or truth values): the AUC over all rows, each scored by what the other half of the rows teaches.
 *
 * Every feature is cut into forty bins, so that any shape of dependence counts, not a rising one alone.
 * `key` names a row, `group` what must not be in both halves, which are drawn by its hash.
 */
export async function naiveBayesAuc(
  world: World,
  {
    from,
    key,
    group = key,
    label,
    features,
  }: { from: string; key: string; group?: string | undefined; label: string; features: string[] },
): Promise<number> {
  const named = features.map((feature, index) => `coalesce((${feature})::double, -1) as feature_${index}`);
  const unpivoted = features.map((_, index) => `feature_${index}`).join(", ");
  await world.session.execute(`
    create or replace temp table bayes_score as
    with given as (
      select ${key} as key, (${label})::boolean as label, hash(${group} || 'half') % 2 as half, ${named.join(", ")} from ${from}
    ),
    cell as (
      select key, label, half, feature, floor(40 * percent_rank() over (partition by feature order by value)) as bin
      from (unpivot given on ${unpivoted} into name feature value value)
    ),
    counted as (
      select half, feature, bin, count(*) filter (label) + 1 as yes, count(*) filter (not label) + 1 as no
      from cell
      group by half, feature, bin
    ),
    learnt as (
      select *, ln(yes / no) - ln(sum(yes) over everywhere / sum(no) over everywhere) as evidence
      from counted
      window everywhere as (partition by half, feature)
    )
    select cell.key, any_value(label) as label, sum(evidence) as score
    from cell
    join learnt on learnt.feature = cell.feature and learnt.bin = cell.bin and learnt.half <> cell.half
    group by cell.key`);
  return world.number(aucOf("bayes_score", "round(score, 9)", "label"));
}
