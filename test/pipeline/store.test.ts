import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../../src/errors.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import { lockStore } from "../../src/warehouse/lock.js";
import { currentPublication, openPublication } from "../../src/warehouse/publication.js";
import { ancora } from "../support/command.js";
import { mistake } from "../support/errors.js";
import { testProject, type Project } from "../support/project.js";
import { ask, contents, query, run, storeOf } from "../support/run.js";
import { shopFiles, shopWithModelFiles } from "../support/shop.js";
import { startEndlessRun } from "../support/slow.js";

/** What a plain DuckDB reads in the database of views. */
async function viewed(project: Project, sql: string) {
  const engine = await openDuckDb({ file: project.path("data/store/warehouse.duckdb"), readOnly: true });
  return query(engine, sql);
}

async function publishDays(project: Project, days: number): Promise<string[]> {
  const ids: string[] = [];
  for (let day = 1; day <= days; day++) {
    project.write(
      `data/inbox/orders-day${day}.csv`,
      `order_id,customer_id,ordered_at,amount\nd${day},c1,2026-04-0${day},${day}\n`,
    );
    ids.push((await run(project)).publication.id);
  }
  return ids;
}

describe("the database of views", () => {
  it("opens in any DuckDB and shows the published tables and histories", async () => {
    const project = testProject(shopFiles());
    await run(project);
    const sql = "select * from spending order by all";
    expect(await viewed(project, sql)).toEqual(await ask(project, sql));
    expect(await viewed(project, "select count(*) as n from history.spending")).toEqual([{ n: 3 }]);
    expect(await viewed(project, "select count(*) as n from quarantine")).toEqual([{ n: 0 }]);
  });

  it("follows the next publication, also when another program left a log beside it", async () => {
    const project = testProject(shopFiles());
    await run(project);
    project.write("data/store/warehouse.duckdb.wal", "left behind");
    await publishDays(project, 1);
    expect(await viewed(project, "select count(*) as n from orders")).toEqual([{ n: 6 }]);
  });

  it("is made again after a crash between the pointer's move and its making", async () => {
    const project = testProject(shopFiles());
    await run(project);
    project.remove("data/store/warehouse.duckdb");
    project.write("data/store/warehouse.duckdb.json", '{"publication":"an older one"}');
    expect((await run(project)).made).toEqual([]);
    expect(await viewed(project, "select count(*) as n from spending")).toEqual([{ n: 3 }]);
  });
});

describe("garbage collection", () => {
  it("keeps as many publications as the pipeline says, whole, and deletes what only older ones need", async () => {
    const project = testProject(shopFiles());
    project.replace("pipelines/nightly.yaml", "name: shop", "name: shop\nkeep_publications: 2");
    const ids = await publishDays(project, 4);
    expect(readdirSync(project.path("data/store/publications")).sort()).toEqual(
      ids
        .slice(-2)
        .map((id) => `${id}.json`)
        .sort(),
    );
    const store = storeOf(project);
    const needed = new Set<string>();
    for (const id of ids.slice(-2)) {
      const publication = JSON.parse(project.read(`data/store/publications/${id}.json`)) as {
        files: string[];
      };
      for (const file of publication.files) {
        expect(existsSync(store.absolute(file)), file).toBe(true);
        needed.add(file);
      }
    }
    const kept = readdirSync(project.path("data/store/tables"), {
      recursive: true,
      withFileTypes: true,
    }).filter((entry) => entry.isFile());
    expect(kept).toHaveLength(needed.size);
    expect(await ask(project, "select count(distinct as_of) as n from history.spending")).toEqual([{ n: 4 }]);
  });

  it("lets readers go back to an older publication by its pointer", async () => {
    const project = testProject(shopFiles());
    const [first = ""] = await publishDays(project, 2);
    project.write("data/store/current", first);
    expect(await ask(project, "select max(amount) as most from orders where order_id like 'd%'")).toEqual([
      { most: 1 },
    ]);
    expect((await ancora(["query", "from spending", "--json"], { cwd: project.folder })).code).toBe(0);
  });
});

describe("a store that has been tampered with", () => {
  it("says so when the pointer names no publication, and how to mend it", async () => {
    const project = testProject(shopFiles());
    await run(project);
    project.write("data/store/current", "never-was");
    const error = await mistake(run(project));
    expect(error.message).toContain("the publication never-was");
    expect(error.hint).toContain("current");
  });

  it("clears what a killed run left half-written", async () => {
    const project = testProject(shopFiles());
    await run(project);
    for (const name of [
      "tmp/half.parquet",
      "current.4242.tmp",
      "runs/a.json.4242.tmp",
      "publications/a.json.4242.tmp",
    ]) {
      project.write(`data/store/${name}`, "half");
    }
    await run(project);
    const left = readdirSync(project.path("data/store"), { recursive: true, encoding: "utf8" });
    expect(left.filter((name) => /half|\.tmp$/.test(name))).toEqual([]);
  });

  it("clears the versions that a killed run left half-written, of its own models alone", async () => {
    const project = testProject(shopWithModelFiles());
    project.write("models/registry/churn/2026-03-03-d90a8637.4242.tmp/spec.json", "{");
    project.write("models/registry/another/2026-03-03-d90a8637.4242.tmp/spec.json", "{");
    await run(project);
    const left = readdirSync(project.path("models/registry"), { recursive: true, encoding: "utf8" });
    expect(left.filter((name) => name.endsWith(".tmp"))).toEqual(["another/2026-03-03-d90a8637.4242.tmp"]);
  });
});

describe("readers", () => {
  it("that have opened a publication are not disturbed by the next", async () => {
    const project = testProject(shopFiles());
    await run(project);
    const store = storeOf(project);
    const publication = await currentPublication(store);
    if (!publication) throw new Error("nothing is published");
    const engine = await openPublication(store, publication);
    const session = await engine.connect();
    const count = async () => (await session.query("select count(*) from orders")).rows[0]?.[0];
    expect(await count()).toBe(5);
    await publishDays(project, 1);
    expect(await count()).toBe(5);
    expect(await ask(project, "select count(*) as n from orders")).toEqual([{ n: 6 }]);
    session.close();
    engine.close();
  });
});

describe("while a run goes on", () => {
  it("queries read the last publication, another run is refused, and nothing is lost when it is killed", async () => {
    const project = testProject(shopFiles());
    const { publication } = await run(project);
    const before = await contents(project);
    const cities = project.read("pipelines/sql/cities.sql");
    const running = await startEndlessRun(project);

    const [query, runs, second] = await Promise.all([
      ancora(["query", "select count(*) as n from spending", "--json"], { cwd: project.folder }),
      ancora(["runs", "--json", "--last", "1"], { cwd: project.folder }),
      ancora(["run", "--json"], { cwd: project.folder }),
    ]);
    expect(JSON.parse(query.stdout)).toEqual([{ n: 3 }]);
    expect(JSON.parse(runs.stdout)).toMatchObject({
      runs: [{ status: "running", interrupted: false, pid: running.pid }],
    });
    expect(second.code).toBe(exitCodes.storeLocked);
    expect(second.stderr).toMatch(
      new RegExp(
        `data/store is held by run \\d{8}T\\d{6}Z-${running.pid} \\(process ${running.pid}, started \\d+ s ago\\)`,
      ),
    );
    expect(JSON.parse(second.stdout)).toMatchObject({ error: { exit_code: 4 } });

    expect((await running.kill("SIGKILL")).signal).toBe("SIGKILL");
    const after = await ancora(["runs"], { cwd: project.folder });
    expect(after.stdout).toMatch(new RegExp(`-${running.pid} +shop +interrupted`));
    expect((await currentPublication(storeOf(project)))?.id).toBe(publication.id);
    project.write("pipelines/sql/cities.sql", cities);
    expect((await run(project)).made).toEqual([]);
    expect(await contents(project)).toEqual(before);
  });

  it("its lock is free once its process is gone, though the note of who held it is still there", async () => {
    const project = testProject();
    writeFileSync(
      project.path("lock.json"),
      JSON.stringify({ runId: "x", pid: 1, startedAt: "2026-03-01T00:00:00Z" }),
    );
    const lock = await lockStore(project.folder, { runId: "y", pid: 2, startedAt: "2026-03-01T00:00:00Z" });
    expect(JSON.parse(project.read("lock.json"))).toMatchObject({ runId: "y" });
    await lock.release();
    expect(existsSync(project.path("lock.json"))).toBe(false);
  });
});
