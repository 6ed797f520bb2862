import { join } from "node:path";
import { openDuckDb } from "../warehouse/duckdb.js";
import { identifier, literal, type Column, type Session } from "../warehouse/engine.js";
import { records, type Cell } from "../result.js";
import { horizonDays } from "./calendar.js";

/** How one kind of claim stands against the truth, or the published tables that it would need. */
export type AspectScore = Record<string, Cell> | { unpublished: string[] };

export type Score = Record<"churn" | "credibility" | "frictions" | "nps", AspectScore>;

interface Aspect {
  /** Published tables that hold the claim. */
  claims: readonly string[];
  /** One row, over the claims and the truth's tables `true_<file>`. */
  sql: string;
}

/** Area under the ROC curve (Mann and Whitney 1947) of `score` for `label` over a table `compared`, ties counting half. */
const auc = `(
  select (sum(midrank) filter (label) - positives * (positives + 1) / 2) / (positives * negatives)
  from (
    select
      label,
      rank() over (order by score) + (count(*) over (partition by score) - 1) / 2 as midrank,
      count(*) filter (label) over () as positives,
      count(*) filter (not label) over () as negatives
    from compared
  )
  where positives > 0 and negatives > 0
  group by positives, negatives
)`;

const aspects: Record<keyof Score, Aspect> = {
  churn: {
    claims: ["churn_scores"],
    sql: `
with compared as (
  select churn_scores.churn_probability as score, truth.churn_probability as chance, truth.is_churned = 1 as label
  from churn_scores
  join true_customers as truth
    on truth.customer_id = churn_scores.customer_id and truth.as_of::date = churn_scores.as_of::date
  where churn_scores.churn_probability is not null
)
select
  count(*)::integer as customers,
  ${auc} as auc,
  (select corr(score_rank, chance_rank) from (
    select rank() over (order by score) as score_rank, rank() over (order by chance) as chance_rank from compared
  )) as rank_correlation_with_true_probability,
  avg(score - chance) as mean_error,
  avg(abs(score - chance)) as mean_absolute_error
from compared`,
  },
  credibility: {
    claims: ["review_scores"],
    sql: `
with compared as (
  select fake_probability as score, is_genuine = 0 as label
  from review_scores
  join true_messages using (feedback_id)
  where fake_probability is not null
)
select
  count(*)::integer as reviews,
  ${auc} as auc,
  avg((score - label::integer) ** 2) as brier,
  avg(((score >= 0.5) = label)::integer) as accuracy
from compared`,
  },
  frictions: {
    claims: ["friction_points"],
    sql: `
with compared as (
  select friction_points.*, risk_difference as true_effect, true_causes.revenue_at_risk as true_revenue
  from friction_points
  join true_causes on cause = friction
  where churn_effect is not null and risk_difference is not null
),
pairs as (
  select (one.revenue_at_risk > other.revenue_at_risk) = (one.true_revenue > other.true_revenue) as is_in_order
  from compared as one
  join compared as other on one.friction < other.friction
  where greatest(one.true_revenue, other.true_revenue) > 1.25 * least(one.true_revenue, other.true_revenue)
)
select
  count(*)::integer as causes,
  count(*) filter (true_effect between churn_effect_low and churn_effect_high)::integer as covered,
  avg(abs(churn_effect - true_effect)) as mean_absolute_error,
  avg(abs(naive_effect - true_effect)) as naive_mean_absolute_error,
  (select count(*)::integer from pairs) as pairs,
  (select count(*) filter (is_in_order)::integer from pairs) as pairs_in_order,
  arg_max(friction, revenue_at_risk) = arg_max(friction, true_revenue) as is_dearest_found
from compared`,
  },
  nps: {
    claims: ["metrics"],
    sql: `
with claimed as (
  select period::date as last_on, value, low, high
  from metrics
  where metric = 'nps' and segment = 'all'
  order by period desc
  limit 1
),
truth as (
  select 100 * avg((nps >= 9)::integer - (nps <= 6)::integer) as nps
  from true_invitations, claimed
  where asked_at::date <= last_on and asked_at::date > last_on - ${horizonDays}
)
select value as claimed, low, high, nps as truth, nps between low and high as is_covered
from claimed, truth`,
  },
};

/**
 * Compares published tables with the truth of the sample world that they came from: how well churn and fake reviews are
 * told, which intervals of effects cover the truth and which causes are in the right order, and NPS.
 *
 * `session` sees the published tables; the truth is put beside them as temporary tables.
 */
export async function scoreAgainstTruth(session: Session, truthFolder: string): Promise<Score> {
  for (const file of ["customers", "messages", "causes", "invitations"]) {
    await session.insert(`true_${file}`, await truthColumns(join(truthFolder, `${file}.parquet`)));
  }
  return {
    churn: await scoreAspect(session, aspects.churn),
    credibility: await scoreAspect(session, aspects.credibility),
    frictions: await scoreAspect(session, aspects.frictions),
    nps: await scoreAspect(session, aspects.nps),
  };
}

/** Read apart, since a session on published tables may be barred from other files. */
async function truthColumns(file: string): Promise<Column[]> {
  const engine = await openDuckDb();
  try {
    const session = await engine.connect();
    const flat = await session.describe(`from ${literal(file)}`);
    const names = flat.filter(({ type }) => !type.endsWith("[]")).map(({ name }) => identifier(name));
    return await session.columns(`select ${names.join(", ")} from ${literal(file)}`);
  } finally {
    engine.close();
  }
}

async function scoreAspect(session: Session, { claims, sql }: Aspect): Promise<AspectScore> {
  const { rows } = await session.query("select table_name from information_schema.tables");
  const published = new Set(rows.map(([name]) => name));
  const unpublished = claims.filter((claim) => !published.has(claim));
  if (unpublished.length > 0) return { unpublished };
  const [row = {}] = records(await session.query(sql));
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, rounded(value)]));
}

function rounded(value: Cell): Cell {
  return typeof value === "number" ? Number(value.toFixed(4)) : value;
}
