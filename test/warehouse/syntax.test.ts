import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identifier } from "../../src/warehouse/engine.js";
import { openSqlReader, type SqlReader } from "../../src/warehouse/syntax.js";
import { mistake } from "../support/errors.js";

let reader: SqlReader;

beforeAll(async () => {
  reader = await openSqlReader();
});
afterAll(() => reader.close());

async function tablesOf(sql: string): Promise<string[]> {
  return [...(await reader.read(sql, "a.sql")).tables.keys()].sort();
}

describe("the tables that a statement reads", () => {
  it.each([
    ["select 1", []],
    ["select * from a", ["a"]],
    ["from a", ["a"]],
    ["select * from a join b using (k)", ["a", "b"]],
    ["select * from a natural join b", ["a", "b"]],
    ["select * from a asof join b on a.k = b.k and a.t >= b.t", ["a", "b"]],
    ["select * from a positional join b", ["a", "b"]],
    ["select * from a semi join b using (k) anti join c using (k)", ["a", "b", "c"]],
    ["select * from a, lateral (select * from b where b.k = a.k)", ["a", "b"]],
    [
      "select (select max(x) from b where b.k = a.k) from a where exists (from c) or k in (select k from d)",
      ["a", "b", "c", "d"],
    ],
    [
      "select * from a union all select * from b except select * from c intersect from d",
      ["a", "b", "c", "d"],
    ],
    ["select * from a union all by name select * from b", ["a", "b"]],
    ["select * from (pivot a on x in ('p', 'q') using sum(y))", ["a"]],
    ["select * from (unpivot a on x, y into name n value v)", ["a"]],
    ["select list_transform([1], lambda x: x + (select max(y) from a))", ["a"]],
    [
      "select case when (select true from a) then 1 end from b order by (select 1 from c) limit (select 2 from d)",
      ["a", "b", "c", "d"],
    ],
    [
      "select sum(x) filter (x > (select 1 from b)) over (partition by (select 1 from c)) from a",
      ["a", "b", "c"],
    ],
    [
      "select * from a group by all having count(*) > (select 1 from b) qualify row_number() over () = (select 1 from c)",
      ["a", "b", "c"],
    ],
    ["select * from (values (1), ((select 2 from a))) t(x)", ["a"]],
    ["select * from history.scores", ["history.scores"]],
    ['select * from A join "a" b using (k)', ["a"]],
    ["select unnest([1, 2]), * from range(3), generate_series(1, 2), unnest([3])", []],
  ])("%s", async (sql, tables) => {
    expect(await tablesOf(sql)).toEqual(tables);
  });

  it.each([
    ["a CTE is none", "with c as (select * from a) select * from c", ["a"]],
    ["a CTE sees those before it", "with c as (from a), d as (from c) from d", ["a"]],
    ["but not those after it", "with c as (from d), d as (from a) from c, d", ["a", "d"]],
    ["nor itself, unless it is recursive", "with a as (select * from a) select * from a", ["a"]],
    [
      "a recursive CTE sees itself on its right side",
      "with recursive r as (select 1 as n union all select n + 1 from r join a using (n)) from r",
      ["a"],
    ],
    ["and a table of its name on its left", "with recursive r as (from r union all from r) from r", ["r"]],
    [
      "a CTE is seen in subqueries",
      "with c as (from a) select (select max(x) from c) from b where k in (from c)",
      ["a", "b"],
    ],
    ["one inside a subquery ends with it", "select * from (with c as (from a) from c), c", ["a", "c"]],
    ["an inner one hides an outer one", "with c as (from a) from (with c as (from b) from c), c", ["a", "b"]],
    ["it is seen on both sides of a union", "with c as (from a) from c union all from c", ["a"]],
    [
      "one before the right side of a union is that side's",
      "(from c) union all (with c as (from a) from c)",
      ["a", "c"],
    ],
    ["a materialised one is one, too", "with c as materialized (from a) from c", ["a"]],
    ["a schema's table is no CTE", "with c as (from a) from history.c", ["a", "history.c"]],
    ["its case does not matter", "with C as (from a) from c", ["a"]],
  ])("%s", async (_name, sql, tables) => {
    expect(await tablesOf(sql)).toEqual(tables);
  });

  it("are found under any name that can be quoted", async () => {
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
      .filter((text) => !/[./\\*?\0]/.test(text));
    await fc.assert(
      fc.asyncProperty(name, async (table) => {
        expect(await tablesOf(`select * from ${identifier(table)}`)).toEqual([table.toLowerCase()]);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe("what else a statement names", () => {
  it("its parameters, each with its first place", async () => {
    const { parameters } = await reader.read(
      "select $a, 'è $b'\nfrom t where x > $a and y = $long_name::date limit $n",
      "a.sql",
    );
    expect([...parameters.keys()].sort()).toEqual(["a", "long_name", "n"]);
    expect(parameters.get("long_name")).toEqual({ file: "a.sql", line: 2, column: 29 });
  });

  it("the functions that it calls", async () => {
    const { functions } = await reader.read("select Stems_of(x, 'it'), sum(y) from t", "a.sql");
    expect([...functions]).toEqual(expect.arrayContaining(["stems_of", "sum"]));
  });

  it("columns, without their table", async () => {
    const { columns } = await reader.read(
      "select t.a, b + 1 from t where C is null group by t.a, d order by e",
      "a.sql",
    );
    expect([...columns.keys()].sort()).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("which columns are behind a name that the statement gives", async () => {
    const { aliases, hasStar } = await reader.read(
      "with x(p) as (select city from t) select city as town, upper(a || b) as c from t as u(q)",
      "a.sql",
    );
    expect(aliases.get("town")).toEqual(new Set(["city"]));
    expect(aliases.get("c")).toEqual(new Set(["a", "b"]));
    expect(aliases.get("p")).toEqual(new Set(["city"]));
    expect(hasStar).toBe(false);
    expect((await reader.read("select t.* from t", "a.sql")).hasStar).toBe(true);
  });
});

describe("what a statement may not do", () => {
  it.each([
    ["select * from read_csv('a.csv')", "read_csv()", "1:15"],
    ["select * from read_parquet('a.parquet')", "read_parquet()", "1:15"],
    ["select *\nfrom 'data/a.csv'", "the path 'data/a.csv'", "2:6"],
    ["select * from query('select 1')", "query()", "1:15"],
    ["select * from duckdb_tables()", "duckdb_tables()", "1:15"],
    ["select * from glob('*')", "glob()", "1:15"],
    ["select * from read_text('/etc/hostname')", "read_text()", "1:15"],
    ["select a, now() from t", "now", "1:11"],
    ["select current_date", "current_date", "1:8"],
    ["select current_timestamp", "current_timestamp", "1:8"],
    ["select today()", "today", "1:8"],
    ["select * from t where x < random()", "random", "1:27"],
    ["select 'è', 'perché', uuid()", "uuid", "1:23"],
    ["select '€€'\n, 'è' as a, random()", "random", "2:13"],
    ["select age(born_on) from t", "age(x)", "1:8"],
    ["select getenv('HOME')", "getenv", "1:8"],
    ["select * from t using sample 10%", "using sample", "1:1"],
    ["select * from t tablesample 10%", "using sample", "1:15"],
    ["describe t", "", "1:1"],
    ["show tables", "", "1:1"],
  ])("%s", async (sql, found, place) => {
    const error = await mistake(reader.read(sql, "a.sql"));
    expect(error.message).toContain(found);
    expect(error.hint).toBeTruthy();
    expect(`${error.place?.line ?? 1}:${error.place?.column ?? 1}`).toBe(place);
  });

  it("read columns that have the name of such a function, it may", async () => {
    expect(await tablesOf("select version, today, random, t.now from t")).toEqual(["t"]);
  });

  it("count the years between two dates that it names, it may", async () => {
    expect(await tablesOf("select age($as_of::timestamp, born_on) from t")).toEqual(["t"]);
  });

  it.each([
    ["select 1; select 2", "found several statements"],
    ["", "found none"],
    ["-- only a comment", "found none"],
    ["insert into t values (1)", "found another kind of statement"],
    ["create table t as select 1", "found another kind of statement"],
    ["copy t to 'x.csv'", "found another kind of statement"],
    ["attach 'x.duckdb'", "found another kind of statement"],
    ["select * from (pivot a on x using sum(y))", "found another kind of statement"],
    ["pragma database_list", "found another kind of statement"],
    ["set threads = 1", "found another kind of statement"],
  ])("%s", async (sql, found) => {
    expect((await mistake(reader.read(sql, "a.sql"))).message).toContain(found);
  });

  it("a syntax error is shown at its place, counted in the file that holds the statement", async () => {
    const error = await mistake(reader.read("select 'è'\nfrom t wher x = 1", "notebook.md", 41));
    expect(error.message).toContain("syntax error");
    expect(error.place).toEqual({ file: "notebook.md", line: 42, column: 13 });
  });

  it("no text whatever makes it fail in another way than in words", async () => {
    const words = fc.constantFrom(
      "select",
      "from",
      "with",
      "a",
      "(",
      ")",
      ",",
      "*",
      "'",
      '"',
      "$",
      "as",
      "union",
      ";",
      "--",
      "è",
      "1",
      "\n",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(words, fc.string({ maxLength: 4 })), { maxLength: 12 }),
        async (parts) => {
          try {
            await reader.read(parts.join(" "), "a.sql");
          } catch (error) {
            expect(error).toHaveProperty("name", "UserError");
          }
        },
      ),
      { numRuns: 150, seed: 2 },
    );
  });
});
