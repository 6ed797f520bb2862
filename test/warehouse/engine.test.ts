import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import { identifier, literal, type Column, type Engine, type Session } from "../../src/warehouse/engine.js";
import { records } from "../../src/result.js";
import { testProject } from "../support/project.js";

let engine: Engine;
let session: Session;

beforeAll(async () => {
  engine = await openDuckDb();
  session = await engine.connect();
});
afterAll(() => {
  session.close();
  engine.close();
});

const text = fc.string({ unit: "binary", maxLength: 20 }).filter((value) => !value.includes("\0"));

describe("quoting", () => {
  it("makes an identifier of any text, and of nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(
        text.filter((value) => value !== ""),
        async (name) => {
          const { columns } = await session.query(`select 1 as ${identifier(name)}`);
          expect(columns).toEqual([{ name, type: "INTEGER" }]);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  it("makes a literal of any text, and of nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        expect((await session.query(`select ${literal(value)}`)).rows).toEqual([[value]]);
      }),
      { numRuns: 100, seed: 2 },
    );
  });
});

describe("a result for people", () => {
  it("holds numbers wherever a double holds them exactly, text where not, ISO dates, and null for what is not finite", async () => {
    const { rows } = await session.query(`select 1::bigint, 9007199254740993::bigint, 1.50::decimal(12,2),
      date '2026-03-01', timestamp '2026-03-01 10:00:00', 'nan'::double, 'inf'::float, [1, null], {a: 1.5::decimal(4,2)}, true`);
    expect(rows).toEqual([
      [
        1,
        "9007199254740993",
        1.5,
        "2026-03-01",
        "2026-03-01 10:00:00",
        null,
        null,
        [1, null],
        { a: 1.5 },
        true,
      ],
    ]);
  });

  it("binds parameters by name", async () => {
    const result = await session.query(
      "select $day::date + $n::integer as day, $nothing::varchar as nothing",
      {
        day: "2026-03-01",
        n: 1,
        nothing: null,
      },
    );
    expect(records(result)).toEqual([{ day: "2026-03-02", nothing: null }]);
  });
});

describe("columns", () => {
  const sql = `select i::double as number, (i % 2 = 0) as truth, 'è' || i as text, i::bigint as whole, date '2026-01-01' + i::integer as day
    from (select unnest(range(5000)) as i union all select null) order by i`;

  it("go out whole, with NaN and null for nothing, and come in again", async () => {
    const out = await session.columns(sql);
    expect(out.map(({ name, type, values }) => [name, type, values.length])).toEqual([
      ["number", "number", 5001],
      ["truth", "boolean", 5001],
      ["text", "text", 5001],
      ["whole", "number", 5001],
      ["day", "text", 5001],
    ]);
    expect(out.map(({ values }) => values[4999])).toEqual([4999, 0, "è4999", 4999, "2039-09-09"]);
    expect(out.map(({ values }) => values[5000])).toEqual([NaN, NaN, null, NaN, null]);
    await session.insert("again", out);
    const { rows } = await session.query(
      `select count(*), sum(number), count(*) filter (truth), count(text) from again`,
    );
    expect(rows).toEqual([[5001, 12497500, 2500, 5000]]);
  });

  it("go out as one matrix, row after row", async () => {
    expect(await session.matrix("select i, i * 10 from range(3) t(i) order by i")).toEqual({
      n: 3,
      d: 2,
      data: Float32Array.from([0, 0, 1, 10, 2, 20]),
    });
    const { n, data } = await session.matrix("select i, null::integer from range(5000) t(i) order by i");
    expect([n, data.length, data[9998], data[9999]]).toEqual([5000, 10000, 4999, NaN]);
    expect(await session.matrix("select i from range(0) t(i)")).toMatchObject({ n: 0, d: 1 });
  });
});

describe("an Arrow table", () => {
  it("holds every type's value, or its JSON", async () => {
    const table = await session.arrow(`select * from (values
      (1::tinyint, 9007199254740993::bigint, 1.25::decimal(12,2), 0.5::double, true, 'è', date '2026-03-01', timestamp '2026-03-01 10:00:00.123456', [1, 2], {a: 'x'}),
      (null, null, null, null, null, null, null, null, null, null)) t(a, b, c, d, e, f, g, h, i, j)`);
    expect(table.schema.fields.map((field) => String(field.type))).toEqual([
      "Int32",
      "Int64",
      "Float64",
      "Float64",
      "Bool",
      "Utf8",
      "Date32<DAY>",
      "Timestamp<MICROSECOND>",
      "Utf8",
      "Utf8",
    ]);
    const [first, second] = table.toArray().map((row: { toJSON(): object } | null) => row?.toJSON());
    expect(first).toMatchObject({
      a: 1,
      b: 9007199254740993n,
      c: 1.25,
      d: 0.5,
      e: true,
      f: "è",
      i: "[1,2]",
      j: '{"a":"x"}',
    });
    expect(Object.values(second ?? {})).toEqual(Array(10).fill(null));
  });
});

describe("an engine with allowed folders", () => {
  it("reads and writes there, and nowhere else, whatever a statement says", async () => {
    const project = testProject({ "in/a.csv": "a\n1\n", "out/b.csv": "b\n2\n" });
    const fenced = await openDuckDb({ allowedDirectories: [project.path("in")] });
    const inside = await fenced.connect();
    expect((await inside.query(`from ${literal(project.path("in/a.csv"))}`)).rows).toEqual([[1]]);
    for (const sql of [
      `from ${literal(project.path("out/b.csv"))}`,
      `copy (select 1) to ${literal(project.path("out/c.csv"))}`,
      `attach ${literal(project.path("out/c.duckdb"))}`,
      "set enable_external_access = true",
      "install httpfs",
    ]) {
      await expect(inside.query(sql), sql).rejects.toThrow();
    }
    inside.close();
    fenced.close();
  });
});

describe("batches", () => {
  const sql =
    "select i, 't' || i as text, (i % 3 = 0) as third, nullif(i % 5, 0) as rest from range($n) as t(i)";

  it("hand on all rows of a large result in order, some thousand at a time", async () => {
    const sizes: number[] = [];
    const all: Column[][] = [];
    for await (const batch of session.batches(sql, { n: 40_000 })) {
      sizes.push(batch[0]!.values.length);
      all.push(batch);
    }
    const numbers = all.flatMap(([i]) => [...i!.values]);
    const texts = all.flatMap(([, text]) => [...text!.values]);
    expect(numbers).toEqual(Array.from({ length: 40_000 }, (_, i) => i));
    expect(texts).toEqual(numbers.map((i) => `t${i}`));
    expect(Math.max(...sizes)).toBeLessThan(20_000);
  });

  it("have the columns that the whole result has", async () => {
    const [whole, parts] = [await session.columns(sql, { n: 10 }), []] as [Column[], Column[][]];
    for await (const batch of session.batches(sql, { n: 10 })) parts.push(batch);
    expect(parts).toEqual([whole]);
  });

  it("are none of an empty result", async () => {
    for await (const batch of session.batches("select 1 as one where false")) expect(batch).toBeUndefined();
  });

  it("leave the session free for other statements, and may be left early", async () => {
    await session.insert("kept", [{ name: "i", type: "number", values: new Float64Array(0) }]);
    let batches = 0;
    for await (const [i] of session.batches(sql, { n: 40_000 })) {
      await session.append("kept", [i!]);
      if (++batches === 2) break;
    }
    const { rows } = await session.query("select count(*) = max(i) + 1 from temp.kept");
    expect(rows).toEqual([[true]]);
  });
});
