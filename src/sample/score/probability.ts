/** Bins of equal width over which calibration is measured. */
const bins = 10;

/**
 * SQL for a record of scores of `score`, the claimed probability of `label`, over `rows` (what follows `from`):
 * area under the ROC curve (Mann and Whitney 1947, ties counting half), accuracy at a half, Brier score and expected
 * calibration error over ten bins of equal width (Naeini, Cooper and Hauskrecht 2015). Null where there is no row.
 */
export function probabilityScores(rows: string): string {
  return `{
    n: (select count(*)::integer from ${rows}),
    auc: ${rocAuc(rows)},
    accuracy: (select avg(((score >= 0.5) = label)::integer) from ${rows}),
    brier: (select avg((score - label::integer) ** 2) from ${rows}),
    ece: ${calibrationError(rows)}
  }`;
}

/** SQL for the area under the ROC curve of `score` for `label`; null when either class is missing. */
export function rocAuc(rows: string): string {
  return `(
  select sum(positives * (negatives_below + negatives / 2)) / nullif(sum(positives) * sum(negatives), 0)
  from (
    select
      count(*) filter (label) as positives,
      count(*) filter (not label) as negatives,
      sum(count(*) filter (not label)) over (order by score) - count(*) filter (not label) as negatives_below
    from ${rows}
    group by score
  ))`;
}

function calibrationError(rows: string): string {
  return `(
  select sum(distance) / sum(n)
  from (
    select abs(sum(score) - sum(label::integer)) as distance, count(*) as n
    from ${rows}
    group by least(floor(score * ${bins}), ${bins - 1})
  ))`;
}
