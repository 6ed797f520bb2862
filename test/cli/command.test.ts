import { tableFromIPC } from "apache-arrow";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ancora } from "../support/command.js";
import { Project, testProject } from "../support/project.js";
import { compute, run } from "../support/run.js";
import { shopFiles } from "../support/shop.js";

const commands = [
  "run",
  "plan",
  "validate",
  "query",
  "report",
  "runs",
  "sample",
  "evaluate",
  "explain",
  "train",
  "models",
  "labels",
  "doctor",
];

let shop: Project;
const inShop = (...args: string[]) => ancora(args, { cwd: shop.folder });

beforeAll(async () => {
  shop = new Project(shopFiles());
  shop.replace("data/inbox/customers.csv", "Ada", '"\u001b[31mAda\u0007, \u202Ecsv.exe"');
  await run(shop);
});
afterAll(() => shop.remove());

describe("help", () => {
  it.each(["", ...commands])("ancora %s --help describes and shows examples", async (command) => {
    const { code, stdout, stderr } = await inShop(...[command].filter(Boolean), "--help");
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain(`Usage: ancora${command ? ` ${command}` : ""}`);
    expect(stdout).toContain("Examples:\n");
    expect(stdout).toContain("$ ancora");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(130);
  });

  it("names every command and every exit code", async () => {
    const { stdout } = await inShop("--help");
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    for (const code of [0, 1, 2, 3, 4]) expect(stdout).toMatch(new RegExp(`^  ${code}  `, "m"));
  });
});

describe("a command that cannot be understood", () => {
  it.each([
    [["plna"], "error: unknown command 'plna'", "(Did you mean plan?)"],
    [["plan", "--jsno"], "error: unknown option '--jsno'", "(Did you mean --json?)"],
    [["query"], "error: missing required argument 'sql'", "--help"],
    [
      ["query", "select 1", "--format", "xml"],
      "argument 'xml' is invalid. Allowed choices are table, csv, json, arrow, parquet",
      "--help",
    ],
    [["run", "--memory", "lots"], "--memory takes an amount such as 500MB or 2GB, found 'lots'", "--help"],
    [["runs", "--last", "many"], "--last takes a whole number, found 'many'", "--help"],
    [
      ["plan", "--param", "asof=2026-03-01"],
      "--param asof: the pipeline declares no such parameter",
      "Did you mean 'as_of'?",
    ],
    [["plan", "--locale", "fr"], "--locale fr: expected one of it, en", "locales"],
  ])("%j ends with exit code 2 and says what to do", async (args, message, remedy) => {
    const { code, stdout, stderr } = await inShop(...args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr).toContain(remedy);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("with --json, standard output holds one JSON document and nothing else", () => {
  it.each([
    [["run"], 0, "publication"],
    [["plan"], 0, "stages"],
    [["validate"], 0, "stages"],
    [["runs"], 0, "runs"],
    [["runs", "2026"], 0, "stages"],
    [["models"], 0, "models"],
    [["doctor"], 0, "findings"],
    [["run", "nothing.yaml"], 2, "error"],
    [["validate", "nothing.yaml"], 2, "error"],
    [["plan", "--param", "x"], 2, "error"],
    [["query", "select nothing from spending"], 2, "error"],
    [["query", "select 1", "--store", "nowhere"], 2, "error"],
    [["runs", "1999"], 2, "error"],
    [["models", "show", "churn"], 2, "error"],
    [["sample", "--customers", "few", "--out", "x"], 2, "error"],
    [["evaluate", "churn", "--data", "nothing.csv", "--label", "a=b"], 2, "error"],
    [["plan", "--jsno"], 2, "error"],
    [["plna"], 2, "error"],
  ])("%j", async (args, code, field) => {
    const result = await inShop(...args, "--json");
    expect(result.code, result.stderr).toBe(code);
    const document: unknown = JSON.parse(result.stdout);
    expect(document).toHaveProperty(field);
    if (field === "error") {
      expect(document).toMatchObject({
        error: { exit_code: code, message: expect.stringMatching(/\w/) as string },
      });
      expect(result.stderr).toContain("error: ");
    }
  });

  it("query prints an array of objects, empty where there is no row", async () => {
    const rows = await inShop(
      "query",
      "select customer_id, spent from spending order by all limit 1",
      "--json",
    );
    expect(JSON.parse(rows.stdout)).toEqual([{ customer_id: "c1", spent: 30.5 }]);
    expect(JSON.parse((await inShop("query", "from spending where false", "--json")).stdout)).toEqual([]);
  });

  it("query prints null for what JSON has no number for", async () => {
    const { stdout } = await inShop(
      "query",
      "select 'nan'::double as a, 'inf'::float as b, 1.5 as c",
      "--json",
    );
    expect(JSON.parse(stdout)).toEqual([{ a: null, b: null, c: 1.5 }]);
  });

  it("sample prints the rows of each file", async () => {
    const { stdout, code } = await inShop(
      "sample",
      "--customers",
      "60",
      "--months",
      "6",
      "--out",
      shop.path("world"),
      "--json",
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty("rows");
  });
});

describe("query", () => {
  const sql = "select customer_id, name, spent, date '2026-03-01' as day from spending order by all";
  const expected = [
    { customer_id: "c1", spent: 30.5, day: "2026-03-01" },
    { customer_id: "c2", spent: 107.25, day: "2026-03-01" },
    { customer_id: "c3", spent: 0, day: "2026-03-01" },
  ];

  it("writes CSV and Parquet that the engine reads back", async () => {
    for (const format of ["csv", "parquet"]) {
      const { code } = await inShop("query", `${sql};`, "--format", format, "--output", `out.${format}`);
      expect(code).toBe(0);
      expect(await compute(`select customer_id, spent, day from '${shop.path(`out.${format}`)}'`)).toEqual(
        expected,
      );
    }
  });

  it("shows instants in the pipeline's time zone, whatever the machine's is", async () => {
    const { stdout } = await inShop(
      "query",
      "select timestamptz '2026-07-01 10:00:00+00' as at",
      "--format",
      "csv",
    );
    expect(stdout.trim().split("\n")[1]).toBe("2026-07-01 12:00:00+02");
  });

  it("writes Arrow that other programs read", async () => {
    await inShop("query", sql, "--format", "arrow", "--output", "out.arrow");
    const table = tableFromIPC(readFileSync(shop.path("out.arrow")));
    expect(table.numRows).toBe(3);
    expect(table.getChild("spent")?.toArray()).toEqual(Float64Array.from([30.5, 107.25, 0]));
    expect([...(table.getChild("customer_id") ?? [])]).toEqual(["c1", "c2", "c3"]);
  });

  it("prints tables in which texts cannot steer the terminal", async () => {
    const { stdout } = await inShop(
      "query",
      "select name, spent, null as nothing from spending order by all",
    );
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(stdout.split("\n")[0]).toMatch(/^name +spent +nothing$/);
    expect(stdout).toMatch(/\[31mAda .*csv\.exe +30\.5 +-/);
    expect(stdout.split("\n")).toHaveLength(5);
  });

  it("knows show tables, describe and summarize, in every format", async () => {
    const tables = JSON.parse((await inShop("query", "show tables", "--json")).stdout) as { name: string }[];
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["spending", "quarantine", "input_files"]),
    );
    expect((await inShop("query", "describe spending")).stdout).toContain("DECIMAL(12,2)");
    expect((await inShop("query", "summarize spending", "--format", "csv")).stdout).toContain(
      "customer_id,VARCHAR",
    );
  });

  it("says how many rows it has not shown", async () => {
    const { stdout, stderr } = await inShop("query", "from range(5)", "--rows", "2");
    expect(stdout.trim().split("\n")).toHaveLength(3);
    expect(stderr).toContain("The first 2 rows");
  });

  it("writes no table for people to a file, and says what to ask for instead", async () => {
    const { code, stdout, stderr } = await inShop("query", sql, "--output", "out.txt");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("--format csv");
  });

  it.each([
    ["select spnt from spending", "query:1:8: ", "spent"],
    ["select * from spendings", "query:1:15: ", "spending"],
    ["select * frm spending", "query:1:", ""],
    ["from read_csv('/etc/hostname')", "", ""],
    ["select 1; select 2", "", ""],
  ])("%s is a mistake with exit code 2, told without a stack trace", async (statement, place, hint) => {
    const { code, stdout, stderr } = await inShop("query", statement);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(place);
    expect(stderr).toContain(hint);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("cannot change the store", async () => {
    const target = shop.path("data/store/tables/evil.parquet");
    for (const format of ["table", "csv", "arrow"]) {
      await inShop("query", `copy (select 1) to '${target}'`, "--format", format);
      expect(() => readFileSync(target)).toThrow();
    }
  });
});

describe("run", () => {
  it("shows its progress as plain lines where there is no terminal, and ends with where the reports are", async () => {
    const project = testProject(shopFiles());
    const { code, stdout, stderr } = await ancora(["run"], { cwd: project.folder });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^ +\d\/7 spending: 3 rows \(\d+\.\d s\)$/m);
    expect(stdout).toBe("Reports as of 2026-03-03: none\n");
  });
});

describe("runs", () => {
  it("lists them, and shows one with its inputs, stages and checks", async () => {
    const list = await inShop("runs");
    expect(list.stdout).toMatch(/^run +pipeline +status/);
    const [id = ""] = /\d{8}T\d{6}Z-\d+/.exec(list.stdout) ?? [];
    const one = await inShop("runs", id);
    expect(one.stdout).toContain("data/inbox/orders-1.csv");
    expect(one.stdout).toMatch(/spending +sql +/);
    expect(one.stdout).toMatch(/no_negative_spending +error +passed/);
  });

  it("has something to say before the first", async () => {
    const project = testProject();
    const { code, stderr } = await ancora(["runs"], { cwd: project.folder });
    expect(code).toBe(2);
    expect(stderr).toContain("Run a pipeline first");
  });
});

describe("plan", () => {
  it("prints each stage with what it needs and why it would run", async () => {
    const project = testProject(shopFiles());
    const { code, stdout } = await ancora(["plan"], { cwd: project.folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^run +spending +sql +after customers, orders, paid_orders\n +<- paid_orders, customers, orders$/m,
    );
    expect(stdout).toContain("7 of 7 stages would run.");
  });
});

describe("doctor", () => {
  it("says what the program runs on, and what to do about what is missing", async () => {
    const { code, stdout } = await inShop("doctor");
    expect(code).toBe(0);
    expect(stdout).toContain(`Node.js                ${process.version}`);
    expect(stdout).toMatch(/engine +DuckDB v\d/);
    expect(stdout).toMatch(/TensorFlow\.js backend +(native|WebAssembly)/);
    for (const name of ["memory", "disk", "store"]) expect(stdout).toMatch(new RegExp(`^✔  ${name} `, "m"));
  });

  it("ends with exit code 2 where the store cannot be", async () => {
    const { code, stdout } = await inShop("doctor", "--store", "pipelines/nightly.yaml/store");
    expect(stdout).toContain("✖  store");
    expect(code).toBe(2);
  });
});
