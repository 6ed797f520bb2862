import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import { literal } from "../../src/warehouse/engine.js";
import { currentPublication, openPublication } from "../../src/warehouse/publication.js";
import { cellText, records } from "../../src/result.js";
import { ancora } from "../support/command.js";
import { testProject, type Project } from "../support/project.js";
import { storeOf, type Row } from "../support/run.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const asOf = "2026-10-31";

/** Where a mart has no value, the column that says why; `estimated` and `known` are no reason. */
const reasons = [
  ["action_effects", "effect", "reason"],
  ["attachment_gain", "auc_gain", "caveat"],
  ["complaint_effects", "effect", "status"],
  ["complaint_funnel", "share", "caveat"],
  ["driver_importance", "importance", "caveat"],
  ["driver_priorities", "performance", "caveat"],
  ["driver_priorities", "worth", "caveat"],
  ["employees_and_customers", "share_difference", "caveat"],
  ["friction_points", "churn_effect", "caveat"],
  ["friction_points", "effort", "felt_caveat"],
  ["friction_points", "severity", "felt_caveat"],
  ["friction_points", "trend", "felt_caveat"],
  ["friction_voices", "complaint_share", "caveat"],
  ["journey_stages", "satisfaction", "caveat"],
  ["metrics", "value", "caveat"],
  ["moments_that_matter", "effect", "status"],
  ["realised_accuracy", "realised", "status"],
  ["response_rates", "response_rate", "caveat"],
  ["scores_by_group", "value", "caveat"],
  ["sentiment_gap", "gap", "caveat"],
  ["share_of_voice", "share", "caveat"],
  ["silent_majority", "weighted", "status"],
  ["silent_unhappy_share", "silent_share", "caveat"],
  ["warning_tests_series", "once_in_days", "status"],
  ["what_to_do_first", "expected_value", "caveat"],
] as const;

/** Makes the project's input of SELECTs over the committed sample, whose tables have its names and texts alone. */
async function deliver(project: Project, tables: Readonly<Record<string, string>>): Promise<void> {
  for (const name of ["pipelines", "models", "reports"]) {
    cpSync(`${root}/${name}`, project.path(name), {
      recursive: true,
      filter: (path) => !/\/(out|registry|examples)$/.test(path),
    });
  }
  mkdirSync(project.path("data/sample"), { recursive: true });
  const engine = await openDuckDb();
  const session = await engine.connect();
  for (const name of ["customers", "transactions", "feedback", "touchpoints", "cases", "actions"]) {
    const file = literal(`${root}/data/sample/${name}.csv`);
    await session.execute(`create table ${name} as from read_csv(${file}, all_varchar = true)`);
  }
  for (const [name, sql] of Object.entries(tables))
    await session.execute(`copy (${sql}) to ${literal(project.path(`data/sample/${name}.csv`))} (header)`);
  session.close();
  engine.close();
}

/** Runs the night and gives a way to ask what it published. */
async function night(project: Project) {
  const run = await ancora(["run", "--param", `as_of=${asOf}`, "--locale", "en"], { cwd: project.folder });
  expect(run.code, run.stderr).toBe(0);
  const publication = await currentPublication(storeOf(project));
  if (!publication) throw new Error("nothing is published");
  const engine = await openPublication(storeOf(project), publication);
  const session = await engine.connect();
  const ask = async (sql: string): Promise<Row[]> => records(await session.query(sql));
  return { ask, close: () => (session.close(), engine.close()) };
}

/** Values that are missing without a reason, by table and column. */
async function silences(ask: (sql: string) => Promise<Row[]>): Promise<Row[]> {
  const each = reasons.map(
    ([table, value, reason]) => `select '${table}.${value}' as place, count(*) as n from ${table}
      where ${value} is null and (${reason} is null or ${reason} in ('estimated', 'known'))`,
  );
  return ask(`select * from (${each.join(" union all ")}) where n > 0`);
}

/** Every report is there and quotes no number that is none. */
function expectReports(project: Project): void {
  const pipeline = readFileSync(project.pipeline, "utf8");
  for (const [, report] of pipeline.matchAll(/report: (reports\/\w+\.md)/g)) {
    const page = project.path(`reports/out/${stageOf(pipeline, report!)}.en.html`);
    expect(existsSync(page), page).toBe(true);
    expect(readFileSync(page, "utf8").replace(/<(script|style)[^]*?<\/\1>/g, "")).not.toMatch(
      /\bNaN\b|Infinity|undefined/,
    );
  }
}

function withoutReports(pipeline: string): string {
  return pipeline.replace(/^index: .*\n/m, "").replace(/^ {2}\w+: \{ report: .*\n/gm, "");
}

function stageOf(pipeline: string, report: string): string {
  return new RegExp(`(\\w+): \\{ report: ${report} \\}`).exec(pipeline)?.[1] ?? basename(report, ".md");
}

describe("the night of a shop", () => {
  it("with one customer, no optional file and rows dated 2099 has every mart and report, and reads nothing to come", async () => {
    const project = testProject();
    const only = `(select max_by(customer_id, n) from (select customer_id, count(*) as n from transactions
      where customer_id is not null group by customer_id))`;
    const slip = (key: string) =>
      `if(hash(${key}) % 5 = 0, '2099' || occurred_at[5:], occurred_at) as occurred_at`;
    await deliver(project, {
      customers: `from customers where customer_id = ${only}`,
      transactions: `select * replace (${slip("order_id")}) from transactions where customer_id = ${only}`,
      feedback: `select * replace (${slip("feedback_id")}) from feedback where customer_id = ${only}`,
    });
    const { ask, close } = await night(project);
    const dated = await ask(
      `select format('(select "{}" as moment from "{}")', column_name, table_name) as place from duckdb_columns()
        where data_type in ('DATE', 'TIMESTAMP') and schema_name = 'main'
          and table_name not in ('transactions', 'feedback') and table_name in (select view_name from duckdb_views())`,
    );
    expect(dated.length).toBeGreaterThan(60);
    const late = dated.map(
      ({ place }) =>
        `select ${literal(cellText(place ?? null))} as place from ${cellText(place ?? null)} where moment >= date '2099-01-01'`,
    );
    expect(await ask(late.join(" union all "))).toEqual([]);
    expect(await ask("select count(*) > 5 as some from transactions where year(occurred_at) = 2099")).toEqual(
      [{ some: true }],
    );
    expect(await ask("select count(*) as n from attachment_index")).toEqual([{ n: 1 }]);
    expect(await silences(ask)).toEqual([]);
    expectReports(project);
    close();
  }, 300_000);

  it("where all scores are equal, everybody meets every friction, a month is missing and a segment has three people says why", async () => {
    const project = testProject();
    const few = "(select customer_id from customers order by customer_id limit 90)";
    const three = `(select customer_id from feedback where customer_id in ${few} and nps is not null
      group by customer_id order by max(occurred_at) desc limit 3)`;
    const some = (table: string, moment: string) =>
      `(from ${table} where customer_id in ${few} and not (${moment} >= '2026-05-01' and ${moment} < '2026-06-01'))`;
    await deliver(project, {
      customers: `select * replace (if(customer_id in ${three}, 'business', 'consumer') as segment)
        from customers where customer_id in ${few}`,
      transactions: `select * replace (if(delivered_at is null, null, (promised_on::date + 3)::varchar) as delivered_at)
        from ${some("transactions", "occurred_at")}`,
      feedback: `select * replace (if(nps is null, null, 9) as nps, if(csat is null, null, 5) as csat, if(ces is null, null, 7) as ces,
        if(rating is null, null, rating_scale) as rating) from ${some("feedback", "occurred_at")}`,
      touchpoints: `select * replace ('problem' as outcome) from ${some("touchpoints", "occurred_at")}`,
      cases: `from ${some("cases", "opened_at")}`,
      actions: "from actions",
    });
    // The reports of a shop with little to say are rendered above.
    project.write("pipelines/nightly.yaml", withoutReports(project.read("pipelines/nightly.yaml")));
    const { ask, close } = await night(project);
    expect(
      await ask("select caveat, felt_caveat from friction_points where friction = 'late_delivery'"),
    ).toMatchObject([{ caveat: "nobody to compare with" }]);
    expect(
      await ask(
        `select distinct value, caveat from metrics
          where metric in ('nps', 'csat', 'ces') and segment = 'segment: business' and grain = 'window'`,
      ),
    ).toEqual([{ value: null, caveat: "fewer than 30 answers" }]);
    expect(await ask("select distinct verdict from attachment_gain where verdict = 'predicts'")).toEqual([]);
    expect(await silences(ask)).toEqual([]);
    close();
  }, 300_000);
});
