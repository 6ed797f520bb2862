import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scoreAgainstTruth, type AspectScore, type Score } from "../../../src/sample/index.js";
import { openDuckDb } from "../../../src/warehouse/duckdb.js";
import { literal } from "../../../src/warehouse/engine.js";

/** The truth's files with as many of their columns as the scorer reads. */
const columns = {
  messages:
    "feedback_id varchar, speaker varchar, is_genuine boolean, is_specific boolean, topics struct(topic varchar, sentiment varchar)[]",
  customers: "customer_id varchar, as_of date, churn_probability double, is_churned boolean",
  causes:
    "cause varchar, topic varchar, event varchar, starts_at timestamp, is_snowballing boolean, noticeable_on date, risk_difference double, revenue_at_risk double",
  exposures: "cause varchar, occurred_at timestamp",
  actions:
    "action_id varchar, action varchar, name varchar, is_randomised boolean, is_useful boolean, effect_on_return double",
  invitations: "asked_at timestamp, nps utinyint, is_answered boolean",
};

/** Tables that a run publishes for being scored, as docs/sample-world.md describes them. */
const published = {
  feedback: "feedback_id varchar, text varchar, moderation_label varchar",
  feedback_credibility: "feedback_id varchar, credibility_percent double",
  feedback_speakers: "feedback_id varchar, speaker varchar",
  feedback_details: "feedback_id varchar, is_specific boolean",
  feedback_topics: "feedback_id varchar, topic varchar, sentiment double",
  emerging_topics: "topic varchar, phrases varchar, found_on date",
  early_warnings: "series varchar, topic varchar, channel varchar, warned_on date",
  action_effects:
    "action varchar, outcome varchar, effect double, effect_low double, effect_high double, verdict varchar",
  metrics: "metric varchar, period date, segment varchar, value double, low double, high double",
  friction_points:
    "friction varchar, churn_effect double, churn_effect_low double, churn_effect_high double, naive_effect double, revenue_at_risk double",
  churn_scores: "customer_id varchar, as_of date, churn_probability double",
};

type Rows = (string | number | boolean | null)[][];

export interface Planted {
  truth: Partial<Record<keyof typeof columns, Rows>>;
  run: Partial<Record<keyof typeof published, Rows>>;
}

/** The score of a run that publishes `run` (tables without rows, too) in a world of which `truth` is true. */
export async function scoreOf({ truth, run }: Planted): Promise<Score> {
  const folder = await mkdtemp(join(tmpdir(), "ancora-truth-"));
  const engine = await openDuckDb();
  try {
    const session = await engine.connect();
    for (const [name, declared] of Object.entries(columns)) {
      const rows = Object.entries(truth).find(([file]) => file === name)?.[1] ?? [];
      await session.execute(`create schema if not exists truth; create table truth.${name} (${declared})`);
      await session.execute(inserted(`truth.${name}`, rows));
      await session.copy(`from truth.${name}`, join(folder, `${name}.parquet`), "parquet");
    }
    for (const [name, declared] of Object.entries(published)) {
      const rows = Object.entries(run).find(([table]) => table === name)?.[1];
      if (rows === undefined) continue;
      await session.execute(`create table ${name} (${declared}); ${inserted(name, rows)}`);
    }
    return await scoreAgainstTruth(session, folder);
  } finally {
    engine.close();
    await rm(folder, { recursive: true });
  }
}

/** What is published but holds nothing: every table without a row. */
export const emptyRun: Planted["run"] = Object.fromEntries(
  Object.keys(published).map((table) => [table, []]),
);

function inserted(table: string, rows: Rows): string {
  if (rows.length === 0) return "select 1";
  const values = rows.map((row) => `(${row.map((value) => sqlOf(value)).join(", ")})`);
  return `insert into ${table} values ${values.join(", ")}`;
}

function sqlOf(value: Rows[number][number]): string {
  return typeof value === "string" ? literal(value) : String(value);
}

/** The record of one class, topic, cause or action in a list of an aspect's score. */
export function entry(aspect: AspectScore, list: string, name: string): unknown {
  const entries = "unpublished" in aspect ? [] : aspect[list];
  if (!Array.isArray(entries)) return undefined;
  return entries.find(
    (record) => typeof record === "object" && record !== null && Object.values(record).includes(name),
  );
}
