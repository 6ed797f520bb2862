import { cpSync, existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scoreAgainstTruth } from "../../src/sample/index.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import type { Engine, Session } from "../../src/warehouse/engine.js";
import { literal } from "../../src/warehouse/engine.js";
import { currentPublication, openPublication } from "../../src/warehouse/publication.js";
import { Store } from "../../src/warehouse/store.js";
import { ancora, type CommandResult } from "../support/command.js";
import { Project } from "../support/project.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const project = new Project();
let run: CommandResult;
let engine: Engine;
let session: Session;

beforeAll(async () => {
  for (const name of ["pipelines", "models", "reports", "data/sample"]) {
    cpSync(`${root}/${name}`, project.path(name), {
      recursive: true,
      filter: (path) => !/\/(out|registry|examples)$/.test(path),
    });
  }
  run = await ancora(["run"], { cwd: project.folder });
  const store = new Store(project.path("data/store"));
  const publication = await currentPublication(store);
  if (!publication) throw new Error(run.stderr);
  engine = await openPublication(store, publication, { otherFolder: project.path("data/sample") });
  session = await engine.connect();
}, 300_000);

afterAll(() => {
  session.close();
  engine.close();
  project.remove();
});

describe("the nightly pipeline on the sample", () => {
  it("ends with three findings and the places of the reports", () => {
    expect(run.code).toBe(0);
    const lines = run.stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[3]).toBe(
      "Reports as of 2026-10-31: reports/out/executive.it.html  reports/out/executive.en.html",
    );
    expect(run.stderr).toContain("wasm");
  });

  it("names the cause first that truly costs most, in the findings and at the head of both reports", async () => {
    const truth = literal(project.path("data/sample/truth/causes.parquet"));
    const { rows } = await session.query(
      `select label_en, label_it from friction_points
      where friction = (select arg_max(cause, revenue_at_risk) from ${truth})`,
    );
    const [english, italian] = (rows[0] ?? []).map((label) =>
      `${label as string}`.replace(/^./, (c) => c.toUpperCase()),
    );
    expect(run.stdout.split("\n")[0]).toContain(english);
    const headline = (locale: string) =>
      /<h1[^>]*>([^]*?)<\/h1>/.exec(project.read(`reports/out/executive.${locale}.html`))?.[1];
    expect(headline("en")).toContain(english);
    expect(headline("it")).toContain(italian);
  });

  it("finds the planted effects within its intervals, better than the naive comparison does", async () => {
    const { frictions, churn, nps } = await scoreAgainstTruth(session, project.path("data/sample/truth"));
    expect(frictions).toMatchObject({ causes: 6, is_dearest_found: true });
    const { covered, mean_absolute_error, naive_mean_absolute_error } = frictions as Record<string, number>;
    expect(covered).toBeGreaterThanOrEqual(5);
    expect(mean_absolute_error).toBeLessThan(naive_mean_absolute_error ?? 0);
    expect(churn).toHaveProperty("auc");
    expect((churn as Record<string, number>).auc).toBeGreaterThan(0.7);
    expect(nps).toMatchObject({ is_covered: true });
  });

  it("validates the churn model on a later date than any that it was trained on, with labels known by then", async () => {
    const { rows } = await session.query(`
      select (select validated_from from churn_model)::date = max(as_of),
        (select train_rows from churn_model) = count(*) filter (known_on <= (select validated_from::date from churn_model))
      from churn_labels where has_churned is not null`);
    expect(rows).toEqual([[true, true]]);
  });

  it("writes self-contained reports under 1 MB that ask for nothing from anywhere", () => {
    for (const locale of ["it", "en"]) {
      const file = project.path(`reports/out/executive.${locale}.html`);
      expect(statSync(file).size).toBeLessThan(1_000_000);
      expect(readFileSync(file, "utf8")).not.toMatch(/(src|href)="(https?:)?\/\//);
    }
  });

  it("keeps every row of the sample: nothing is in quarantine", async () => {
    const { rows } = await session.query("select count(*) from quarantine");
    expect(rows).toEqual([[0]]);
  });

  it("recomputes nothing when nothing is new", async () => {
    const before = project.read("data/store/current");
    const again = await ancora(["run", "--json"], { cwd: project.folder });
    const { stages } = JSON.parse(again.stdout) as { stages: { status: string }[] };
    expect(new Set(stages.map(({ status }) => status))).toEqual(new Set(["reused"]));
    expect(project.read("data/store/current")).toBe(before);
    expect(existsSync(project.path("data/store/warehouse.duckdb"))).toBe(true);
  }, 60_000);
});

/** Each table of the sample as it would have been delivered on the evening of a date. */
const asDelivered: Record<string, string> = {
  customers: "select * from customers where registered_at < $until",
  transactions: `select * replace (case when delivered_at < $until then delivered_at end as delivered_at)
    from transactions where occurred_at < $until`,
  feedback: `select * replace (
      case when moderated_at < $until then moderation_label end as moderation_label,
      case when moderated_at < $until then moderated_at end as moderated_at)
    from feedback where occurred_at < $until`,
  touchpoints: "select * from touchpoints where occurred_at < $until",
  cases: `select * replace (
      case when acknowledged_at < $until then acknowledged_at end as acknowledged_at,
      case when resolved_at < $until then resolved_at end as resolved_at,
      case when reopened_at < $until then reopened_at end as reopened_at)
    from cases where opened_at < $until`,
  actions: "select * from actions where started_at < $until",
};

describe("the features of the nightly pipeline", () => {
  it("are the same whether or not anything has happened after their date", async () => {
    const asOf = "2026-06-30";
    const parameters: Record<string, string> = {
      as_of: asOf,
      active_days: "180",
      snapshot_days: "60",
      snapshots: "4",
    };
    const bind = (sql: string) => sql.replace(/\$(\w+)/g, (_, name: string) => `'${parameters[name] ?? ""}'`);
    const features = async (world: string) => {
      const own = await openDuckDb();
      const connection = await own.connect();
      for (const [table, cut] of Object.entries(asDelivered)) {
        const file = project.path(`data/sample/${world}-${table}.parquet`);
        const until = `timestamp '${asOf}' + interval 1 day`;
        const sql = world === "then" ? cut.replaceAll("$until", until) : `select * from ${table}`;
        await session.copy(sql, file, "parquet");
        await connection.execute(`create view ${table} as from ${literal(file)}`);
      }
      for (const name of ["spine", "customer_features", "review_signals"]) {
        await connection.execute(
          `create table ${name} as ${bind(project.read(`pipelines/sql/features/${name}.sql`))}`,
        );
      }
      const file = project.path(`data/sample/${world}.parquet`);
      await connection.copy("select * from customer_features order by all", file, "parquet");
      await connection.copy("select * from review_signals order by all", `${file}.reviews`, "parquet");
      connection.close();
      own.close();
      return file;
    };
    const [then, now] = [await features("then"), await features("now")];
    for (const suffix of ["", ".reviews"]) {
      const [a, b] = [then, now].map((file) => `read_parquet(${literal(file + suffix)})`);
      const { rows } = await session.query(
        `select (select count(*) from ${a}) > 1000, (select count(*) from (from ${a} except from ${b})),
          (select count(*) from (from ${b} except from ${a}))`,
      );
      expect(rows).toEqual([[true, 0, 0]]);
    }
  }, 120_000);
});
