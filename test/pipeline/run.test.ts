import { existsSync, readdirSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../../src/errors.js";
import { planPipeline } from "../../src/pipeline/plan.js";
import { runPipeline } from "../../src/pipeline/run.js";
import { readManifests } from "../../src/pipeline/manifest.js";
import { currentPublication } from "../../src/warehouse/publication.js";
import { mistake } from "../support/errors.js";
import { testProject, type Project } from "../support/project.js";
import { ask, contents, open, run, storeOf } from "../support/run.js";
import { shopFiles } from "../support/shop.js";

const stages = [
  "customers",
  "orders",
  "cities",
  "paid_orders",
  "spending",
  "no_negative_spending",
  "spending_file",
];

/** Stored file -> when it was last written. */
function stored(project: Project): Record<string, number> {
  const folder = project.path("data/store/tables");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [`${parentPath}/${name}`, statSync(`${parentPath}/${name}`).mtimeMs]),
  );
}

async function plan(project: Project, ...parameters: string[]): Promise<Record<string, string>> {
  const planned = await planPipeline(await open(project, ...parameters));
  return Object.fromEntries(planned.map(({ name, reason }) => [name, reason]));
}

describe("a run", () => {
  it("makes every table as of the newest event, and publishes it", async () => {
    const project = testProject(shopFiles());
    const { made, publication, manifest } = await run(project);
    expect(made.sort()).toEqual([...stages].sort());
    expect(publication.parameters).toEqual({ data: "data/inbox", as_of: "2026-03-03", horizon_days: 30 });
    expect(manifest.parameters).toEqual(publication.parameters);
    expect(await ask(project, "select customer_id, spent, orders from spending order by all")).toEqual([
      { customer_id: "c1", spent: 30.5, orders: 2 },
      { customer_id: "c2", spent: 107.25, orders: 2 },
      { customer_id: "c3", spent: 0, orders: 0 },
    ]);
  });

  it("with nothing new computes nothing, writes nothing and publishes nothing", async () => {
    const project = testProject(shopFiles());
    const first = await run(project);
    const before = stored(project);
    const second = await run(project);
    expect(new Set(Object.values(second.statuses))).toEqual(new Set(["reused"]));
    expect(second.publication.id).toBe(first.publication.id);
    expect(stored(project)).toEqual(before);
    expect(readdirSync(project.path("data/store/publications"))).toHaveLength(1);
  });

  it("computes what a changed statement reaches, and no more", async () => {
    const project = testProject(shopFiles());
    await run(project);
    project.replace("pipelines/sql/spending.sql", "count(order_id)", "count(distinct order_id)");
    expect((await run(project)).made.sort()).toEqual(["no_negative_spending", "spending", "spending_file"]);
  });

  it("computes what a new file reaches, and no more", async () => {
    const project = testProject(shopFiles());
    await run(project);
    project.write("data/inbox/customers-2.csv", "customer_id,name,city\nc4,Dino,Pisa\n");
    expect((await run(project)).made.sort()).toEqual([
      "cities",
      "customers",
      "no_negative_spending",
      "spending",
      "spending_file",
    ]);
  });

  it("computes what a changed parameter reaches, and finds the old results when it changes back", async () => {
    const project = testProject(shopFiles());
    await run(project);
    expect((await run(project, "horizon_days=1")).made.sort()).toEqual([
      "no_negative_spending",
      "spending",
      "spending_file",
    ]);
    expect((await run(project)).made).toEqual([]);
  });

  it("does not depend on who else runs: ids are the clock's, results are the input's", async () => {
    const [one, two] = [testProject(shopFiles()), testProject(shopFiles())];
    await run(one);
    await run(two);
    expect(await contents(one)).toEqual(await contents(two));
    const names = (project: Project) =>
      Object.keys(stored(project))
        .map((file) => file.slice(project.folder.length))
        .sort();
    expect(names(one)).toEqual(names(two));
  });

  it("makes again what is missing from the store", async () => {
    const project = testProject(shopFiles());
    const { publication } = await run(project);
    project.remove(`data/store/${publication.tables.spending?.files[0]}`);
    const again = await run(project);
    expect(again.made).toEqual(["spending"]);
    expect(await ask(project, "select count(*) as n from spending")).toEqual([{ n: 3 }]);
  });
});

describe("a plan", () => {
  it("says of every stage why it would run or not", async () => {
    const project = testProject(shopFiles());
    expect(await plan(project)).toEqual({
      customers: "never made",
      orders: "never made",
      cities: "never made",
      paid_orders: "after orders",
      spending: "after customers, orders, paid_orders",
      no_negative_spending: "after spending",
      spending_file: "after spending",
    });
    await run(project);
    expect(new Set(Object.values(await plan(project)))).toEqual(new Set(["up to date"]));
    project.replace("pipelines/sql/cities.sql", "count(*)", "count(name)");
    expect((await plan(project)).cities).toBe("its files or options changed");
    expect(await plan(project, "as_of=2026-03-02", "horizon_days=7")).toMatchObject({
      orders: "up to date",
      paid_orders: "$as_of changed from 2026-03-03 to 2026-03-02",
      spending:
        "$as_of changed from 2026-03-03 to 2026-03-02; $horizon_days changed from 30 to 7; paid_orders changed",
      no_negative_spending: "spending changed",
    });
    project.write("data/inbox/orders-3.csv", "order_id,customer_id,ordered_at,amount\n");
    expect((await plan(project)).orders).toBe("its files or options changed");
  });

  it("touches nothing", async () => {
    const project = testProject(shopFiles());
    await plan(project);
    expect(existsSync(project.path("data/store"))).toBe(false);
  });
});

describe("a stage that fails", () => {
  it("leaves the last publication standing, and what was finished is used by the next run", async () => {
    const project = testProject(shopFiles());
    const { publication } = await run(project);
    const good = project.read("pipelines/sql/spending.sql");
    project.replace("pipelines/sql/cities.sql", "count(*)", "count(name)");
    project.replace("pipelines/sql/spending.sql", "sum(amount)", "sum(amout)");
    const error = await mistake(run(project));
    expect(error.exitCode).toBe(exitCodes.stageFailed);
    expect(error.place).toEqual({ file: "pipelines/sql/spending.sql", line: 4, column: 40 });
    expect((await currentPublication(storeOf(project)))?.id).toBe(publication.id);
    expect((await readManifests(storeOf(project).folder))[0]).toMatchObject({
      status: "failed",
      error: error.describe(),
    });
    project.write("pipelines/sql/spending.sql", good);
    expect((await run(project)).made).toEqual([]);
    expect((await currentPublication(storeOf(project)))?.id).not.toBe(publication.id);
  });

  it("stops only what needs it; the manifest says what was skipped", async () => {
    const project = testProject(shopFiles());
    project.replace("pipelines/sql/paid_orders.sql", "amount > 0", "amount > 'much'");
    await mistake(run(project));
    const [manifest] = await readManifests(storeOf(project).folder);
    const statuses = Object.fromEntries(manifest?.stages.map(({ name, status }) => [name, status]) ?? []);
    expect(statuses).toMatchObject({
      paid_orders: "failed",
      spending: "skipped",
      no_negative_spending: "skipped",
    });
    expect(manifest?.publication).toBeUndefined();
  });

  it("because a required table has no row keeps the last publication", async () => {
    const project = testProject(shopFiles());
    await run(project);
    project.write("data/inbox/orders-1.csv", "order_id,customer_id,ordered_at,amount\n");
    project.remove("data/inbox/orders-2.csv");
    const error = await mistake(run(project));
    expect(error).toMatchObject({ exitCode: exitCodes.contractBroken });
    expect(error.message).toBe("orders: expected rows, found none in data/inbox/orders-1.csv");
    expect(await ask(project, "select count(*) as n from orders")).toEqual([{ n: 5 }]);
  });

  it("because no table has an event says that the date is not known", async () => {
    const project = testProject(shopFiles());
    project.write("data/inbox/orders-1.csv", "order_id,customer_id,ordered_at,amount\n");
    project.remove("data/inbox/orders-2.csv");
    project.replace(
      "pipelines/nightly.yaml",
      "contracts/orders.yaml }",
      "contracts/orders.yaml, optional: true }",
    );
    const error = await mistake(run(project));
    expect(error).toMatchObject({ exitCode: exitCodes.contractBroken });
    expect(error.message).toContain("the newest event is not known");
    expect((await run(project, "as_of=2026-03-01")).publication.tables.orders?.rows).toBe(0);
  });

  it("because one date lies far after all others names it, and takes a date that is given", async () => {
    const project = testProject(shopFiles());
    project.write(
      "data/inbox/orders-3.csv",
      "order_id,customer_id,ordered_at,amount\no9,c3,2062-03-01 09:00:00,5\n",
    );
    const error = await mistake(run(project));
    expect(error).toMatchObject({ exitCode: exitCodes.contractBroken });
    expect(error.message).toContain("the newest event is dated 2062-03-01");
    expect((await run(project, "as_of=2026-03-03")).manifest.status).toBe("done");
    project.write(
      "data/inbox/orders-3.csv",
      `order_id,customer_id,ordered_at,amount\n${["02", "03", "04"].map((month) => `o${month},c3,2099-${month}-01 09:00:00,5\n`).join("")}`,
    );
    expect((await mistake(run(project))).message).toContain(
      "the newest events are dated 2099-02-01 to 2099-04-01",
    );
  });
});

describe("a check", () => {
  const loss = "order_id,customer_id,ordered_at,amount\no6,c3,2026-03-03,-5\n";

  it("that returns rows stops the publication with exit code 3 and shows them", async () => {
    const project = testProject(shopFiles());
    const { publication } = await run(project);
    project.write("data/inbox/orders-3.csv", loss);
    project.replace("pipelines/sql/paid_orders.sql", "amount > 0", "amount <> 0");
    const error = await mistake(run(project));
    expect(error.exitCode).toBe(exitCodes.contractBroken);
    expect(error.message).toContain(
      'check no_negative_spending found 1 row that should not be there:\n  customer_id = "c3"',
    );
    expect(error.hint).toBe("Returns are never more than sales. Nothing was published.");
    expect((await currentPublication(storeOf(project)))?.id).toBe(publication.id);
    expect(existsSync(project.path("data/outbox/spending.csv"))).toBe(true);
  });

  it("that is a warning lets it pass, and is told and kept", async () => {
    const project = testProject(shopFiles());
    project.write("data/inbox/orders-3.csv", loss);
    project.replace("pipelines/sql/paid_orders.sql", "amount > 0", "amount <> 0");
    project.replace(
      "pipelines/nightly.yaml",
      "check: sql/no_negative_spending.sql,",
      "check: sql/no_negative_spending.sql, severity: warning,",
    );
    const { notices, manifest } = await run(project);
    expect(notices).toContain("no_negative_spending: 1 rows that should not be there");
    expect(manifest.checks).toEqual([{ name: "no_negative_spending", severity: "warning", failures: 1 }]);
    expect(await ask(project, "select customer_id, spent from no_negative_spending")).toEqual([
      { customer_id: "c3", spent: -5 },
    ]);
  });
});

describe("an export", () => {
  it("is delivered at publication, sorted, with texts that a spreadsheet would run as formulas made harmless", async () => {
    const project = testProject(shopFiles());
    project.replace("data/inbox/customers.csv", "Ada", '"=HYPERLINK(""http://evil.example"")"');
    project.replace("data/inbox/customers.csv", "Bruno", '"@SUM(1)"');
    await run(project);
    expect(project.read("data/outbox/spending.csv")).toBe(
      "customer_id,name,spent,orders\n" +
        'c1,"\'=HYPERLINK(""http://evil.example"")",30.50,2\n' +
        "c2,'@SUM(1),107.25,2\nc3,Carla,0.00,0\n",
    );
    expect(readdirSync(project.path("data/outbox"))).toEqual(["spending.csv"]);
  });

  it("is put back when somebody has removed it, though nothing is new", async () => {
    const project = testProject(shopFiles());
    await run(project);
    project.remove("data/outbox");
    expect((await run(project)).made).toEqual([]);
    expect(project.read("data/outbox/spending.csv")).toContain("c1,Ada,30.50,2");
  });

  it("may be Parquet", async () => {
    const project = testProject(shopFiles());
    project.replace("pipelines/nightly.yaml", "data/outbox/spending.csv", "data/outbox/spending.parquet");
    await run(project);
    expect(await ask(project, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(statSync(project.path("data/outbox/spending.parquet")).size).toBeGreaterThan(100);
  });
});

describe("the manifest of a run", () => {
  it("lists inputs with hashes, stages with seconds, rows and peak memory, and checks", async () => {
    const project = testProject(shopFiles());
    const { manifest } = await run(project);
    const [kept] = await readManifests(storeOf(project).folder);
    expect(kept).toEqual({ ...manifest, interrupted: false });
    expect(manifest).toMatchObject({
      pipeline: "shop",
      status: "done",
      publication: manifest.id,
      pid: process.pid,
    });
    expect(manifest.inputs.map(({ file, rows }) => [file, rows])).toEqual([
      ["data/inbox/customers.csv", 3],
      ["data/inbox/orders-1.csv", 3],
      ["data/inbox/orders-2.csv", 2],
    ]);
    for (const { sha256 } of manifest.inputs) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const spending = manifest.stages.find(({ name }) => name === "spending");
    expect(spending).toMatchObject({ kind: "sql", status: "made", rows: 3, reason: "never made" });
    expect(spending?.peak_memory).toBeGreaterThan(10_000_000);
    expect(spending?.seconds).toBeGreaterThan(0);
    expect(manifest.checks).toEqual([{ name: "no_negative_spending", severity: "error", failures: 0 }]);
  });

  it("is one of several, newest first", async () => {
    const project = testProject(shopFiles());
    const first = await run(project);
    const second = await run(project);
    expect((await readManifests(storeOf(project).folder)).map(({ id }) => id)).toEqual([
      second.manifest.id,
      first.manifest.id,
    ]);
  });
});

describe("history", () => {
  it("begins with the run that declares it, also when nothing else is new", async () => {
    const project = testProject(shopFiles());
    const declared = '    history: { columns: { customer_id: varchar, spent: "decimal(12,2)" } }\n';
    project.replace("pipelines/nightly.yaml", declared, "");
    await run(project);
    project.replace("pipelines/nightly.yaml", "sql/spending.sql\n", `sql/spending.sql\n${declared}`);
    await run(project);
    expect(await ask(project, "select count(*) as n from history.spending")).toEqual([{ n: 3 }]);
  });

  const remembered = "select as_of, customer_id, spent from history.spending order by all";

  it("keeps what was published on each date, and replaces the part of a date that is run again", async () => {
    const project = testProject(shopFiles());
    project.replace("pipelines/nightly.yaml", "orders*.csv", "orders-1.csv");
    await run(project);
    project.replace("pipelines/nightly.yaml", "orders-1.csv", "orders*.csv");
    await run(project);
    expect(await ask(project, remembered)).toEqual([
      { as_of: "2026-03-02", customer_id: "c1", spent: 30.5 },
      { as_of: "2026-03-02", customer_id: "c2", spent: 7.25 },
      { as_of: "2026-03-02", customer_id: "c3", spent: 0 },
      { as_of: "2026-03-03", customer_id: "c1", spent: 30.5 },
      { as_of: "2026-03-03", customer_id: "c2", spent: 107.25 },
      { as_of: "2026-03-03", customer_id: "c3", spent: 0 },
    ]);
    project.replace("data/inbox/orders-2.csv", "100", "50");
    await run(project);
    const spent = await ask(
      project,
      "select as_of, sum(spent) as spent from history.spending group by all order by all",
    );
    expect(spent).toEqual([
      { as_of: "2026-03-02", spent: 37.75 },
      { as_of: "2026-03-03", spent: 87.75 },
    ]);
  });

  it("keeps what was remembered first where the stage says so", async () => {
    const project = testProject(shopFiles());
    project.replace("pipelines/nightly.yaml", "history: { columns", "history: { rerun: keep, columns");
    await run(project);
    project.replace("data/inbox/orders-2.csv", "100", "50");
    await run(project);
    expect(await ask(project, "select sum(spent) as spent from history.spending")).toEqual([
      { spent: 137.75 },
    ]);
  });

  it("may be read, earlier dates alone, and what reads it is computed when it has grown", async () => {
    const project = testProject(shopFiles());
    project.replace("pipelines/nightly.yaml", "  cities:", "  growth: { sql: sql/growth.sql }\n  cities:");
    project.write(
      "pipelines/sql/growth.sql",
      "select count(distinct as_of)::integer as dates, max(as_of) as latest, $as_of::date as today from history.spending",
    );
    await run(project, "as_of=2026-03-02");
    expect(await ask(project, "from growth")).toEqual([{ dates: 0, latest: null, today: "2026-03-02" }]);
    await run(project, "as_of=2026-03-03");
    expect(await ask(project, "from growth")).toEqual([
      { dates: 1, latest: "2026-03-02", today: "2026-03-03" },
    ]);
    await run(project, "as_of=2026-03-01");
    expect(await ask(project, "from growth")).toEqual([{ dates: 0, latest: null, today: "2026-03-01" }]);
    expect(await ask(project, "select count(distinct as_of) as n from history.spending")).toEqual([{ n: 3 }]);
    expect((await run(project, "as_of=2026-03-03")).made).toContain("growth");
    expect(await ask(project, "from growth")).toEqual([
      { dates: 2, latest: "2026-03-02", today: "2026-03-03" },
    ]);
  });

  it("with other columns does not overwrite what an older publication shows", async () => {
    const project = testProject(shopFiles());
    const { publication } = await run(project);
    project.replace(
      "pipelines/nightly.yaml",
      "{ columns: { customer_id: varchar, spent",
      "{ columns: { customer: varchar, spent",
    );
    project.replace("pipelines/nightly.yaml", "customer: varchar", "customer_id: varchar, name: varchar");
    project.write("data/inbox/customers-2.csv", "customer_id,name,city\nc4,Dino,Pisa\n");
    await run(project);
    expect(await ask(project, "describe history.spending")).toHaveLength(4);
    const [old] = publication.history.spending ?? [];
    expect(await ask(project, `describe from '${storeOf(project).absolute(old?.file ?? "")}'`)).toHaveLength(
      3,
    );
  });
});

it("a run that is told no parameter as_of cannot remember by date, and says where", async () => {
  const project = testProject({
    "pipelines/nightly.yaml":
      "name: shop\nstages:\n  a:\n    sql: a.sql\n    history: { columns: { x: integer } }\n",
    "pipelines/a.sql": "select 1 as x",
  });
  const error = await mistake(runPipeline(await open(project)));
  expect(error.message).toContain("the pipeline declares no parameter as_of");
  expect(error.place).toMatchObject({ line: 5 });
});
