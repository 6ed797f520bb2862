import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.js";
import { composeQueries, queryCells, type QueryCell } from "../../src/reports/index.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";

const cell = (name: string, sql: string, line = 1): QueryCell => ({
  kind: "sql",
  name,
  sql,
  place: { file: "n.md", line },
});

const cells = [
  cell(
    "numbers",
    "with recursive n as (select 1 as x union all select x + 1 from n where x < 4) select x from n",
  ),
  cell("even", "select x from numbers where x % 2 = 0 -- the last line is a comment"),
  cell(
    "total",
    "-- a comment first\nWITH doubled AS (SELECT x * 2 AS x FROM even)\nselect sum(x) as total from doubled",
  ),
  cell("apart", "select 7 as seven"),
  cell("ordered", "with recursive r as (select x from even) select * from r order by x desc"),
];
const reads = new Map([
  ["numbers", []],
  ["even", ["numbers", "shops"]],
  ["total", ["even"]],
  ["apart", []],
  ["ordered", ["even"]],
]);

describe("composeQueries", () => {
  const composed = composeQueries(cells, reads);

  it("puts the earlier cells that a cell reads, also through others, before it", async () => {
    const engine = await openDuckDb();
    const session = await engine.connect();
    const results = await queryCells(composed, ({ sql }) => session.query(sql));
    expect(results.get("total")?.rows).toEqual([[12]]);
    expect(results.get("apart")?.rows).toEqual([[7]]);
    expect(results.get("ordered")?.rows).toEqual([[4], [2]]);
    session.close();
    engine.close();
  });

  it("leaves a cell that reads no other as it is", () => {
    expect(composed[3]?.sql).toBe("select 7 as seven");
  });

  it("names the tables that are no cells", () => {
    expect(composed.map(({ tables }) => tables)).toEqual([[], ["shops"], [], [], []]);
  });

  it("takes a cell that reads a table of its own name, or of a later cell's, to mean the table", () => {
    const [sales] = composeQueries(
      [cell("sales", "select * from sales, later"), cell("later", "select 1")],
      new Map([["sales", ["sales", "later"]]]),
    );
    expect(sales).toMatchObject({ sql: "select * from sales, later", tables: ["sales", "later"] });
  });
});

describe("queryCells", () => {
  it("says which cell's SQL fails, and where", async () => {
    const run = queryCells([cell("a", "selekt 1", 12)], () => Promise.reject(new Error("syntax error")));
    await expect(run).rejects.toThrow(UserError);
    await run.catch((error: UserError) =>
      expect(error.describe()).toBe("n.md:12: the SQL of `a` fails: syntax error"),
    );
  });
});
