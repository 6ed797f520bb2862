import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import type { Engine, Session } from "../../src/warehouse/engine.js";
import { testProject } from "../support/project.js";
import { lineAndColumn, sqlError } from "../../src/warehouse/sql-error.js";

let engine: Engine;
let session: Session;

beforeAll(async () => {
  engine = await openDuckDb();
  session = await engine.connect();
  await session.execute("create table orders (order_id varchar, amount decimal(12,2), note varchar)");
  await session.execute("insert into orders values ('o1', 1, 'x')");
});
afterAll(() => {
  session.close();
  engine.close();
});

async function told(sql: string) {
  const failed = await session
    .copy(sql, testProject().path("made.parquet"), "parquet")
    .catch((error: unknown) => error);
  const error = sqlError(failed, { sql, file: "a.sql" });
  return { at: `${error.place?.line}:${error.place?.column}`, message: error.message, hint: error.hint };
}

describe("the engine's complaint about a statement", () => {
  it.each([
    ["an unknown column", "select order_id,\n  amout\nfrom orders", "2:3", "amout", "amount"],
    [
      "an unknown column after other letters than English ones",
      "select 'è così €', amout from orders",
      "1:20",
      "amout",
      "amount",
    ],
    [
      "an unknown column in the second of two lines that are the same",
      "select amount,\n note\nfrom orders where\n note\n = amout or\n x",
      "5:4",
      "amout",
      "amount",
    ],
    ["an unknown table", "select * from ordres", "1:15", "ordres", "orders"],
    ["an unknown function", "select\n\n  summ(amount) from orders", "3:3", "summ", "sum"],
    [
      "a column that is not grouped",
      "select order_id,\n sum(amount)\nfrom orders",
      "1:8",
      "order_id",
      "GROUP BY",
    ],
    ["a long line", `select ${"amount + ".repeat(40)}amout from orders`, "1:368", "amout", "amount"],
  ])("points at %s", async (_name, sql, at, message, hint) => {
    const error = await told(sql);
    expect(error.at).toBe(at);
    expect(error.message).toContain(message);
    expect(`${error.message} ${error.hint}`).toContain(hint);
    expect(error.message).not.toMatch(/Error:|LINE/);
  });

  it("about a value says what it was, and names the file", async () => {
    const error = await told("select order_id::integer from orders");
    expect(error.message).toContain("Could not convert string 'o1' to INT32");
    expect(error.at).toMatch(/^1:/);
  });
});

describe("line and column", () => {
  it("count from one, in UTF-16 units", () => {
    expect(lineAndColumn("a\nbè😀c", 0)).toEqual({ line: 1, column: 1 });
    expect(lineAndColumn("a\nbè😀c", 6)).toEqual({ line: 2, column: 5 });
  });
});
