import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { exitCodes } from "../../src/errors.js";
import { ancora, type CommandResult } from "../support/command.js";
import { testProject, type Project } from "../support/project.js";
import { contents, run } from "../support/run.js";
import { shopFiles } from "../support/shop.js";

function works(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const canDropRights = works("setpriv", ...nobody.slice(1), process.execPath, "--version");

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "ancora-mount-"));
  const isMounted = works("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
  if (isMounted) execFileSync("umount", [folder]);
  rmSync(folder, { recursive: true });
  return isMounted;
}

/** What every mistake of the user has in common. */
function expectMistake({ code, stdout, stderr }: CommandResult, exitCode: number, project: Project): void {
  expect(code, stderr).toBe(exitCode);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^error: /m);
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
  expect(stderr).not.toContain("a fault of its own");
  const files = readdirSync(project.folder, { recursive: true, encoding: "utf8" });
  expect(files.filter((name) => name.endsWith(".tmp"))).toEqual([]);
}

describe("bad input is told with its place and its remedy, and nothing is half-written", () => {
  it.each<[string, (project: Project) => void, number, string, string]>([
    [
      "a typo in the pipeline",
      (project) =>
        project.replace(
          "pipelines/nightly.yaml",
          "{ sql: sql/paid_orders.sql }",
          "{ sqll: sql/paid_orders.sql }",
        ),
      exitCodes.usage,
      "pipelines/nightly.yaml:9:18: unknown name 'sqll' in stages.paid_orders",
      "Did you mean 'sql'?",
    ],
    [
      "a typo in a contract",
      (project) => project.replace("pipelines/contracts/orders.yaml", "event_at", "event_att"),
      exitCodes.usage,
      "pipelines/contracts/orders.yaml:2:1: unknown name 'event_att'",
      "Did you mean 'event_at'?",
    ],
    [
      "a statement's file that is missing",
      (project) => project.remove("pipelines/sql/spending.sql"),
      exitCodes.usage,
      "pipelines/nightly.yaml:11:10: the file sql/spending.sql is neither in pipelines nor in a folder above",
      "Valid names",
    ],
    [
      "an input file that is missing",
      (project) => project.remove("data/inbox/customers.csv"),
      exitCodes.usage,
      "pipelines/nightly.yaml:7:22: customers: expected files for data/inbox/customers*.csv, found none",
      "optional: true",
    ],
    [
      "a statement that cannot be parsed",
      (project) => project.replace("pipelines/sql/paid_orders.sql", "where amount", "were amount"),
      exitCodes.usage,
      "pipelines/sql/paid_orders.sql:3:6: SQL syntax error",
      "Mend the SQL.",
    ],
    [
      "a statement with a column that is not there",
      (project) => project.replace("pipelines/sql/cities.sql", "group by city", "group by citty"),
      exitCodes.stageFailed,
      "pipelines/sql/cities.sql:1:",
      "citty",
    ],
    [
      "stages that need each other",
      (project) => project.replace("pipelines/sql/paid_orders.sql", "from orders", "from orders, spending"),
      exitCodes.usage,
      "pipelines/sql/paid_orders.sql:2:14: the stages need each other in a circle: paid_orders -> spending -> paid_orders",
      "Let one of them read something else.",
    ],
    [
      "an empty CSV file",
      (project) => project.write("data/inbox/orders-2.csv", ""),
      exitCodes.contractBroken,
      "data/inbox/orders-2.csv:1: expected a header line with the names of the columns, found an empty file",
      "Deliver the file again",
    ],
    [
      "a header that does not match",
      (project) => project.replace("data/inbox/orders-2.csv", "amount", "ammount"),
      exitCodes.contractBroken,
      "data/inbox/orders-2.csv:1: the header lacks 'amount'; found order_id, customer_id, ordered_at, ammount",
      "Did you mean 'ammount'?",
    ],
    [
      "a store that would be in a file",
      (project) =>
        project.replace(
          "pipelines/nightly.yaml",
          "name: shop",
          "name: shop\nstore: data/inbox/orders-1.csv/store",
        ),
      exitCodes.usage,
      "data/inbox/orders-1.csv/store: expected a folder, found a file on the way",
      "choose another folder",
    ],
    [
      "an export that would be in a file",
      (project) =>
        project.replace(
          "pipelines/nightly.yaml",
          "data/outbox/spending.csv",
          "data/inbox/orders-1.csv/spending.csv",
        ),
      exitCodes.usage,
      "expected a folder, found a file on the way",
      "choose another folder",
    ],
  ])("%s", async (_name, spoil, exitCode, message, remedy) => {
    const project = testProject(shopFiles());
    spoil(project);
    const result = await ancora(["run"], { cwd: project.folder });
    expectMistake(result, exitCode, project);
    expect(result.stderr).toContain(message);
    expect(result.stderr).toContain(remedy);
  });

  it("a pipeline that is not there", async () => {
    const project = testProject(shopFiles());
    const result = await ancora(["run", "pipelines/nigthly.yaml"], { cwd: project.folder });
    expectMistake(result, exitCodes.usage, project);
    expect(result.stderr).toContain("Did you mean 'nightly.yaml'?");
    expect(existsSync(project.path("data/store"))).toBe(false);
  });
});

describe.skipIf(!canDropRights)(
  "a folder that may not be written (skipped unless root can drop its rights)",
  () => {
    const spoilt: Record<string, (project: Project) => void> = {
      "where the store would be made": (project) => chmodSync(project.path("data"), 0o555),
      "which is the store": (project) => {
        mkdirSync(project.path("data/store"));
        chmodSync(project.path("data/store"), 0o555);
      },
    };

    it.each(Object.entries(spoilt))("%s", async (_name, spoil) => {
      const project = testProject(shopFiles());
      chmodSync(project.folder, 0o755);
      spoil(project);
      const result = await ancora(["run"], { cwd: project.folder, under: nobody });
      expectMistake(result, exitCodes.usage, project);
      expect(result.stderr).toMatch(
        /data(\/store)? cannot be written\n {2}Give this user the right to write there/,
      );
    });

    it("which is where the exports go: what was computed is kept, and published once it may", async () => {
      const project = testProject(shopFiles());
      for (const folder of ["", "data/outbox", "data/store"])
        mkdirSync(project.path(folder), { recursive: true });
      chmodSync(project.folder, 0o755);
      chmodSync(project.path("data/outbox"), 0o555);
      chmodSync(project.path("data/store"), 0o777);
      const result = await ancora(["run"], { cwd: project.folder, under: nobody });
      expectMistake(result, exitCodes.usage, project);
      expect(result.stderr).toContain("data/outbox/spending.csv cannot be written");
      chmodSync(project.path("data/outbox"), 0o777);
      expect((await ancora(["run"], { cwd: project.folder, under: nobody })).code).toBe(0);
      expect(project.read("data/outbox/spending.csv")).toContain("c1,Ada");
    });
  },
);

describe.skipIf(!canMount())("a disk that is full (skipped where no file system can be mounted)", () => {
  const mounted: string[] = [];
  afterEach(() => {
    for (const folder of mounted.splice(0)) execFileSync("umount", [folder]);
  });

  it("at any point is told in words, and the last publication stands", { timeout: 120_000 }, async () => {
    const project = testProject(shopFiles());
    await run(project);
    const before = await contents(project);
    const template = testProject();
    execFileSync("cp", ["-r", project.path("data/store"), template.path("store")]);
    const used = Number(
      execFileSync("du", ["-sk", template.path("store")], { encoding: "utf8" }).split("\t")[0],
    );
    project.write(
      "data/inbox/customers-2.csv",
      `customer_id,name,city\n${Array.from({ length: 20_000 }, (_, index) => `n${index},${(index * 7919) % 104729},${(index * 31) % 997}\n`).join("")}`,
    );
    const codes = new Set<number | null>();
    for (const free of [0, 8, 40, 120, 300, 500, 700]) {
      project.remove("data/store");
      mkdirSync(project.path("data/store"));
      execFileSync("mount", [
        "-t",
        "tmpfs",
        "-o",
        `size=${used + free}k`,
        "tmpfs",
        project.path("data/store"),
      ]);
      mounted.push(project.path("data/store"));
      execFileSync("cp", ["-r", `${template.path("store")}/.`, project.path("data/store")]);
      const result = await ancora(["run"], { cwd: project.folder });
      codes.add(result.code);
      if (result.code !== 0) {
        expectMistake(result, exitCodes.stageFailed, project);
        expect(result.stderr).toContain("no space left on the device\n  Free some space and run again");
        expect(await contents(project)).toEqual(before);
      }
      execFileSync("umount", [mounted.pop() ?? ""]);
    }
    expect(codes).toContain(1);
  });
});
