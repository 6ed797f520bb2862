import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitCodes } from "../../src/errors.js";
import { contractSchema } from "../../src/warehouse/contract.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import { literal, type Engine, type Session } from "../../src/warehouse/engine.js";
import { takeIn } from "../../src/warehouse/intake.js";
import { cellText, records } from "../../src/result.js";
import { mistake } from "../support/errors.js";
import { testProject } from "../support/project.js";
import type { Row } from "../support/run.js";

let engine: Engine;
let session: Session;

beforeAll(async () => {
  engine = await openDuckDb({ timeZone: "Europe/Rome" });
  session = await engine.connect();
});
afterAll(() => {
  session.close();
  engine.close();
});

interface Taken {
  rows: Row[];
  quarantine: Row[];
  quarantined: number;
  unknownColumns: string[];
}

type ContractInput = Parameters<typeof contractSchema.parse>[0];

const orders = {
  key: ["order_id"],
  columns: {
    order_id: { type: "varchar", required: true },
    quantity: { type: "integer" },
    note: { type: "varchar" },
  },
};

/** Takes a file's content in against a contract and reads back what was kept and what was not. */
async function taken(
  content: string | Uint8Array,
  contract: ContractInput = orders,
  name = "orders.csv",
): Promise<Taken> {
  const project = testProject({ [name]: content });
  const source = {
    file: project.path(name),
    label: name,
    table: "orders",
    contract: contractSchema.parse(contract),
    scratch: project.folder,
  };
  const [good, bad] = [project.path("good.parquet"), project.path("bad.parquet")];
  const { rows, quarantined, unknownColumns } = await takeIn(session, source, good, bad);
  const read = async (file: string) =>
    records(await session.query(`select * from read_parquet(${literal(file)})`));
  const found = { rows: await read(good), quarantine: await read(bad), quarantined, unknownColumns };
  expect(found.rows).toHaveLength(rows);
  return found;
}

/** One column of values, each on a line of its own, read as `type`. */
async function column(type: string, values: readonly string[], csv: object = {}, rules: object = {}) {
  const contract = {
    csv: { delimiter: "|", ...csv },
    columns: { v: { type, ...rules }, end: { type: "varchar" } },
  };
  const { rows, quarantine } = await taken(
    `v|end\n${values.map((value) => `${value}|x\n`).join("")}`,
    contract,
  );
  return {
    good: rows.map((row) => row.v),
    bad: quarantine.map((row) => row.value),
    reasons: [...new Set(quarantine.map((row) => row.reason))],
  };
}

const utf16 = (text: string, swap: boolean) => {
  const bytes = Buffer.from(`\uFEFF${text}`, "utf16le");
  return swap ? bytes.swap16() : bytes;
};

describe("a CSV file as other programs write it", () => {
  const text = "order_id,quantity,note\no1,1,perché è così\no2,2,\n";
  const expected = [
    { order_id: "o1", quantity: 1, note: "perché è così" },
    { order_id: "o2", quantity: 2, note: null },
  ];
  const encoded = (encoding: string) => ({ ...orders, csv: { encoding } });

  it.each([
    ["UTF-8", text, orders],
    ["UTF-8 with a byte order mark", `\uFEFF${text}`, orders],
    ["CRLF line ends", text.replaceAll("\n", "\r\n"), orders],
    ["line ends of both kinds", text.replace("\n", "\r\n"), orders],
    ["a byte order mark and line ends of both kinds", `\uFEFF${text.replace("\n", "\r\n")}`, orders],
    ["no line end at its end", text.slice(0, -1), orders],
    ["Latin-1", Buffer.from(text, "latin1"), encoded("latin1")],
    ["Windows-1252", Buffer.from(text, "latin1"), encoded("windows-1252")],
    ["UTF-16, little-endian", utf16(text, false), encoded("utf-16le")],
    ["UTF-16, big-endian", utf16(text, true), encoded("utf-16be")],
    ["UTF-16 with CRLF line ends", utf16(text.replaceAll("\n", "\r\n"), false), encoded("utf-16le")],
  ])("is read with %s", async (_name, content, contract) => {
    const { rows, quarantine, unknownColumns } = await taken(content, contract);
    expect({ rows, quarantine, unknownColumns }).toEqual({
      rows: expected,
      quarantine: [],
      unknownColumns: [],
    });
  });

  it("keeps the signs that only Windows-1252 has", async () => {
    const content = Buffer.concat([
      Buffer.from("order_id,quantity,note\no1,1,"),
      Buffer.from([0x80, 0x20, 0x93]),
    ]);
    const { rows } = await taken(content, encoded("windows-1252"));
    expect(rows).toEqual([{ order_id: "o1", quantity: 1, note: "€ “" }]);
  });

  it("is read packed with gzip, also where it must be recoded", async () => {
    expect((await taken(gzipSync(text), orders, "orders.csv.gz")).rows).toEqual(expected);
    const mixed = gzipSync(text.replace("\n", "\r\n"));
    expect((await taken(mixed, orders, "orders.csv.gz")).rows).toEqual(expected);
  });

  it("keeps line ends, delimiters and doubled quotes inside quotes", async () => {
    const { rows } = await taken('order_id,quantity,note\no1,1,"a, ""b""\nc"\no2,2,d\n');
    expect(rows).toEqual([
      { order_id: "o1", quantity: 1, note: 'a, "b"\nc' },
      { order_id: "o2", quantity: 2, note: "d" },
    ]);
  });

  it("is read with its columns in another order and quoted names in the header", async () => {
    const { rows } = await taken('"note","order_id","quantity"\nx,o1,1\n');
    expect(rows).toEqual([{ order_id: "o1", quantity: 1, note: "x" }]);
  });

  it("may hold columns that the contract does not name: they are left out and named", async () => {
    const { rows, unknownColumns } = await taken("order_id,colour,quantity,note,\no1,red,1,x,\n");
    expect(rows).toEqual([{ order_id: "o1", quantity: 1, note: "x" }]);
    expect(unknownColumns).toEqual(["colour"]);
  });

  it("may have a header and no record", async () => {
    for (const content of [
      "order_id,quantity,note\n",
      "order_id,quantity,note",
      "order_id,quantity,note\r\n",
    ]) {
      expect(await taken(content)).toMatchObject({ rows: [], quarantine: [], quarantined: 0 });
    }
  });

  it("may lack a column that the contract lets be absent", async () => {
    const columns = { ...orders.columns, note: { type: "varchar", absent: true } };
    const { rows } = await taken("order_id,quantity\no1,1\n", { ...orders, columns });
    expect(rows).toEqual([{ order_id: "o1", quantity: 1, note: null }]);
  });

  it("may name a column in its own words", async () => {
    const columns = { order_id: { type: "varchar", from: "N. ordine" } };
    expect((await taken("N. ordine\no1\n", { columns })).rows).toEqual([{ order_id: "o1" }]);
  });
});

describe("columns of any name", () => {
  const names = ["record", "problems", "value", "reason", "made", "c0", "v1"];
  const contract = {
    key: ["record"],
    columns: Object.fromEntries(names.map((name) => [name, { type: "varchar" as const }])),
  };
  const row = Object.fromEntries(names.map((name) => [name, `its ${name}`]));

  it.each([
    ["a.csv", `${names.join(",")}\n${names.map((name) => `its ${name}`).join(",")}\n`],
    ["a.yaml", JSON.stringify([row])],
  ])("keep their values in %s", async (file, content) => {
    expect(await taken(content, contract, file)).toMatchObject({ rows: [row], quarantined: 0 });
  });

  it("keep their values in Parquet", async () => {
    const project = testProject({});
    const list = names.map((name) => `'its ${name}' as ${name}`).join(", ");
    await session.copy(`select ${list}`, project.path("a.parquet"), "parquet");
    const content = readFileSync(project.path("a.parquet"));
    expect(await taken(content, contract, "a.parquet")).toMatchObject({ rows: [row], quarantined: 0 });
  });
});

describe("a file that cannot be read as the contract says is refused, with exit code 3", () => {
  it.each([
    ["an empty file", "", "found an empty file"],
    ["a file of blanks", " \n\n", "found an empty file"],
    ["a header whose quote is not closed", '"order_id,quantity,note\no1,1,x\n', "found a quote"],
    ["UTF-16 in place of UTF-8", utf16("order_id,quantity,note\no1,1,x\n", false), "not utf-8"],
    [
      "a column that is missing",
      "order_id,quantity\no1,1\n",
      "the header lacks 'note'; found order_id, quantity",
    ],
    ["a column that stands twice", "order_id,quantity,note,quantity\no1,1,x,2\n", "found 'quantity' twice"],
  ])("%s", async (_name, content, message) => {
    const error = await mistake(taken(content));
    expect(error.message).toContain(message);
    expect(error).toMatchObject({
      exitCode: exitCodes.contractBroken,
      place: { file: "orders.csv", line: 1 },
    });
    expect(error.hint).toBeTruthy();
  });

  it("names the column that was probably meant", async () => {
    const error = await mistake(taken("order_id,quantty,note\no1,1,x\n"));
    expect(error.hint).toContain("Did you mean 'quantty'?");
  });

  it.each([
    ["a Parquet file that is none", "no parquet", "orders.parquet", "expected a Parquet file"],
    ["a gzip file that is none", "no gzip", "orders.csv.gz", "damaged"],
    ["an empty gzip file", "", "orders.csv.gz", "damaged"],
    [
      "a gzip file cut off",
      gzipSync("order_id,quantity,note\n" + "o1,1,x\n".repeat(9999)).subarray(0, 60),
      "orders.csv.gz",
      "damaged",
    ],
  ])("%s", async (_name, content, file, message) => {
    const error = await mistake(taken(content, orders, file));
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ exitCode: exitCodes.contractBroken, place: { file } });
  });
});

describe("a record that cannot be split into columns", () => {
  it("goes to quarantine with its text, and later records keep their numbers", async () => {
    const { rows, quarantine, quarantined } = await taken(
      "order_id,quantity,note\no1,1,a\no2,2\no3,3,c,d\no4,x,d\no5,5,e\no6,y,f\n",
    );
    expect(rows.map((row) => row.order_id)).toEqual(["o1", "o5"]);
    expect(quarantine.map(({ record, column_name, value }) => [record, column_name, value])).toEqual([
      [2, null, "o2,2"],
      [3, null, "o3,3,c,d"],
      [4, "quantity", "x"],
      [6, "quantity", "y"],
    ]);
    expect(quarantine.map((row) => row.file)).toEqual(Array(4).fill("orders.csv"));
    expect(quarantine.map((row) => row.table_name)).toEqual(Array(4).fill("orders"));
    expect(quarantine.every((row) => typeof row.reason === "string" && row.reason.length > 0)).toBe(true);
    expect(quarantined).toBe(4);
  });

  it("counts as many records as the lines that an unbalanced quote has swallowed", async () => {
    const { rows, quarantine, quarantined } = await taken(
      'order_id,quantity,note\no1,1,a\no2,2,"b\no3,3,c\no4,4,d\n',
    );
    expect(rows.map((row) => row.order_id)).toEqual(["o1"]);
    expect(quarantine).toHaveLength(1);
    expect(quarantine[0]).toMatchObject({ record: 2, column_name: null });
    expect(cellText(quarantine[0]?.value)).toContain("o4,4,d");
    expect(quarantined).toBe(3);
  });

  it("does not take good records with it when its bytes are no UTF-8", async () => {
    const broken = (lineEnd: string) =>
      Buffer.concat([
        Buffer.from(`order_id,quantity,note\no1,1,a${lineEnd}o2,2,`),
        Buffer.from([0xe8]),
        Buffer.from("\no3,3,c\n"),
      ]);
    for (const lineEnd of ["\n", "\r\n"]) {
      const { rows, quarantine, quarantined } = await taken(broken(lineEnd));
      expect(rows.map((row) => row.order_id)).toEqual(["o1", "o3"]);
      expect(quarantine).toMatchObject([{ record: 2 }]);
      expect(quarantined).toBe(1);
    }
  });

  it("may be longer than two megabytes without being one", async () => {
    const long = "x".repeat(3_000_000);
    const { rows, quarantine } = await taken(`order_id,quantity,note\no1,1,${long}\no2,2,b\n`);
    expect(rows.map((row) => cellText(row.note).length)).toEqual([3_000_000, 1]);
    expect(quarantine).toEqual([]);
  });

  it("is rejected beyond four megabytes, alone", async () => {
    const { rows, quarantined } = await taken(
      `order_id,quantity,note\no1,1,a\no2,2,${"x".repeat(5_000_000)}\no3,3,c\n`,
    );
    expect(rows.map((row) => row.order_id)).toEqual(["o1", "o3"]);
    expect(quarantined).toBe(1);
  });
});

describe("a value that does not keep the contract goes to quarantine", () => {
  it("with its column, as it was written, once for each value, though its record counts once", async () => {
    const { quarantine, quarantined, rows } = await taken("order_id,quantity,note\n,many,a\no2,2,b\n");
    expect(rows).toHaveLength(1);
    expect(quarantine).toEqual([
      {
        table_name: "orders",
        file: "orders.csv",
        record: 1,
        column_name: "order_id",
        value: null,
        reason: "required, found empty",
      },
      {
        table_name: "orders",
        file: "orders.csv",
        record: 1,
        column_name: "quantity",
        value: "many",
        reason: "expected integer",
      },
    ]);
    expect(quarantined).toBe(1);
  });

  it("integers have no fraction, no words and no more than the type holds", async () => {
    const { good, bad } = await column("integer", [
      "1",
      "-2",
      "+3",
      " 4 ",
      "007",
      "1.7",
      "2.0",
      "1e3",
      "0x10",
      "1_000",
      "2147483648",
      "uno",
    ]);
    expect(good).toEqual([1, -2, 3, 4, 7]);
    expect(bad).toEqual(["1.7", "2.0", "1e3", "0x10", "1_000", "2147483648", "uno"]);
  });

  it("doubles are finite numbers", async () => {
    const { good, bad } = await column("double", [
      "1.5",
      "-2",
      ".5",
      "1e3",
      "NaN",
      "inf",
      "-Infinity",
      "1e999",
      "1,5",
    ]);
    expect(good).toEqual([1.5, -2, 0.5, 1000]);
    expect(bad).toEqual(["NaN", "inf", "-Infinity", "1e999", "1,5"]);
  });

  it("decimals are exact: neither rounded nor too large", async () => {
    const { good, bad } = await column("decimal(6,2)", [
      "1",
      "1.5",
      "-1.55",
      "1.500",
      ".25",
      "1.555",
      "99999",
      "1e2",
      "1,5",
    ]);
    expect(good).toEqual([1, 1.5, -1.55, 1.5, 0.25]);
    expect(bad).toEqual(["1.555", "99999", "1e2", "1,5"]);
  });

  it("decimals may have no place for a fraction", async () => {
    const { good, bad } = await column("decimal(10,0)", ["12", "-3", "4.00", "5.", "1.5", ".5", "x"]);
    expect(good).toEqual([12, -3, 4, 5]);
    expect(bad).toEqual(["1.5", ".5", "x"]);
  });

  it("Italian numbers have a decimal comma and groups of three", async () => {
    const italian = { decimal: ",", thousands: "." };
    const numbers = await column(
      "decimal(12,2)",
      ["1.234,50", "1234,5", "12", "-1.000.000", "1.7", "12.34", "1,234.50", "1.2345"],
      italian,
    );
    expect(numbers.good).toEqual([1234.5, 1234.5, 12, -1000000]);
    expect(numbers.bad).toEqual(["1.7", "12.34", "1,234.50", "1.2345"]);
    expect((await column("integer", ["1.234", "12", "1.7"], italian)).good).toEqual([1234, 12]);
  });

  it("a decimal point is no decimal comma", async () => {
    expect(await column("double", ["1,5", "1.5"], { decimal: "," })).toMatchObject({
      good: [1.5],
      bad: ["1.5"],
    });
  });

  it("dates are days that exist, of this time", async () => {
    const { good, bad } = await column("date", [
      "2026-02-28",
      "2026-3-1",
      "2026-03-01 00:00:00",
      "2026-02-30",
      "2026-13-01",
      "26-03-01",
      "01/03/2026",
      "2026-03-01 10:00:00",
      "epoch",
      "infinity",
      "today",
      "20260-03-01",
      "2026-03-01x",
    ]);
    expect(good).toEqual(["2026-02-28", "2026-03-01", "2026-03-01"]);
    expect(bad).toHaveLength(10);
  });

  it("Italian dates are written day first, with the year in full", async () => {
    const { good, bad } = await column(
      "date",
      ["01/03/2026", "1/3/2026", "30/02/2026", "01/03/26", "2026-03-01"],
      { date_format: "%d/%m/%Y" },
    );
    expect(good).toEqual(["2026-03-01", "2026-03-01"]);
    expect(bad).toEqual(["30/02/2026", "01/03/26", "2026-03-01"]);
  });

  it("timestamps with a zone are moved to the pipeline's, others are taken as written", async () => {
    const { good, bad } = await column("timestamp", [
      "2026-03-01 10:00:00",
      "2026-03-01T10:00:00",
      "2026-03-01",
      "2026-03-01T10:00:00Z",
      "2026-07-01 10:00:00+00:00",
      "2026-03-01 10:00:00-05",
      "2026-03-01T10:00:00.250Z",
      "2026-02-30 10:00:00",
      "2026-03-01 25:00:00",
      "ieri",
      "infinity",
    ]);
    expect(good).toEqual([
      "2026-03-01 10:00:00",
      "2026-03-01 10:00:00",
      "2026-03-01 00:00:00",
      "2026-03-01 11:00:00",
      "2026-07-01 12:00:00",
      "2026-03-01 16:00:00",
      "2026-03-01 11:00:00.25",
    ]);
    expect(bad).toEqual(["2026-02-30 10:00:00", "2026-03-01 25:00:00", "ieri", "infinity"]);
  });

  it("timestamps have the contract's format, with a zone or without", async () => {
    expect(
      await column("timestamp", ["01/03/2026 09:30", "2026-03-01 09:30"], {
        timestamp_format: "%d/%m/%Y %H:%M",
      }),
    ).toMatchObject({
      good: ["2026-03-01 09:30:00"],
      bad: ["2026-03-01 09:30"],
    });
    expect(
      await column("timestamp", ["2026-03-01 09:30 +0000"], { timestamp_format: "%Y-%m-%d %H:%M %z" }),
    ).toMatchObject({
      good: ["2026-03-01 10:30:00"],
    });
  });

  it("truth is told in English or Italian", async () => {
    const { good, bad } = await column("boolean", [
      "true",
      "SI",
      "sì",
      "Vero",
      "1",
      "Y",
      "false",
      "NO",
      "falso",
      "0",
      "forse",
      "2",
    ]);
    expect(good).toEqual([true, true, true, true, true, true, false, false, false, false]);
    expect(bad).toEqual(["forse", "2"]);
  });

  it("texts hold no zero characters", async () => {
    const { good, bad } = await column("varchar", ["abc", "a\u0000b"]);
    expect(good).toEqual(["abc"]);
    expect(bad).toHaveLength(1);
  });

  it("only accepted values are accepted, compared as the column's type", async () => {
    expect(await column("varchar", ["web", "Web", ""], {}, { accepted: ["web", "store"] })).toEqual({
      good: ["web", null],
      bad: ["Web"],
      reasons: ["expected one of web, store"],
    });
    expect((await column("decimal(4,2)", ["1", "1.50", "2"], {}, { accepted: [1, 1.5] })).bad).toEqual(["2"]);
  });

  it("ranges include both their ends", async () => {
    expect(await column("integer", ["0", "1", "10", "11"], {}, { range: [1, 10] })).toEqual({
      good: [1, 10],
      bad: ["0", "11"],
      reasons: ["expected 1 to 10"],
    });
    const dates = await column(
      "date",
      ["2025-12-31", "2026-01-01"],
      {},
      { range: ["2026-01-01", "2026-12-31"] },
    );
    expect(dates.bad).toEqual(["2025-12-31"]);
  });

  it("texts that stand for nothing are empty", async () => {
    const values = await column("integer", ["NA", "", "1", "n/d"], { nulls: ["NA", "n/d"] });
    expect(values).toMatchObject({ good: [null, null, 1, null], bad: [] });
    expect(await column("integer", ["NA"], { nulls: ["NA"] }, { required: true })).toMatchObject({
      reasons: ["required, found empty"],
    });
  });
});

describe("a key that repeats within a file", () => {
  const content = "order_id,quantity,note\no1,1,first\no2,2,only\no1,3,second\no1,4,third\n";

  it("sends every record but the first to quarantine", async () => {
    const { rows, quarantine, quarantined } = await taken(content);
    expect(rows.map((row) => row.note)).toEqual(["first", "only"]);
    expect(quarantine).toMatchObject([
      {
        record: 3,
        column_name: "order_id",
        value: "o1",
        reason: "expected a unique key, found it in record 1 too",
      },
      { record: 4, column_name: "order_id", value: "o1" },
    ]);
    expect(quarantined).toBe(2);
  });

  it("leaves the last record standing where the contract says so", async () => {
    const { rows, quarantine, quarantined } = await taken(content, { ...orders, duplicates: "latest" });
    expect(rows.map((row) => row.note)).toEqual(["only", "third"]);
    expect(quarantine).toEqual([]);
    expect(quarantined).toBe(0);
  });

  it("may have several columns, none of them empty", async () => {
    const { rows, quarantine } = await taken("order_id,quantity,note\no1,1,a\no1,2,b\no1,,c\no1,2,d\n", {
      ...orders,
      key: ["order_id", "quantity"],
    });
    expect(rows.map((row) => row.note)).toEqual(["a", "b"]);
    expect(quarantine).toMatchObject([
      { record: 3, column_name: "quantity", reason: "required, found empty" },
      { record: 4, column_name: "order_id, quantity", value: "o1, 2" },
    ]);
  });
});

describe("a Parquet file", () => {
  const contract = {
    columns: {
      id: { type: "varchar" },
      quantity: { type: "integer" },
      price: { type: "double" },
      on: { type: "date", from: "day" },
    },
  };

  async function parquet(sql: string) {
    const project = testProject();
    await session.copy(sql, project.path("made.parquet"), "parquet");
    const { readFileSync } = await import("node:fs");
    return readFileSync(project.path("made.parquet"));
  }

  it("keeps its types where they are the contract's, and is converted where they are not", async () => {
    const bytes = await parquet(
      "select 7 as id, 2::bigint as quantity, 1.5::float as price, date '2026-03-01' as day",
    );
    expect((await taken(bytes, contract, "orders.parquet")).rows).toEqual([
      { id: "7", quantity: 2, price: 1.5, on: "2026-03-01" },
    ]);
  });

  it("is not rounded, and holds only numbers and days that are some", async () => {
    const bytes = await parquet(`select * from (values
      ('a', 1.0::double, 1.0::double, date '2026-03-01'), ('b', 1.7, 1.0, date '2026-03-01'),
      ('c', 1.0, 'nan', date '2026-03-01'), ('d', 1.0, 1.0, date 'infinity')) t(id, quantity, price, day)`);
    const { rows, quarantine } = await taken(bytes, contract, "orders.parquet");
    expect(rows.map((row) => row.id)).toEqual(["a"]);
    expect(quarantine.map((row) => [row.record, row.column_name])).toEqual([
      [2, "quantity"],
      [3, "price"],
      [4, "on"],
    ]);
  });

  it("may hold texts, read in the contract's dialect", async () => {
    const bytes = await parquet("select 'a' as id, '1.234' as quantity, '1,5' as price, '01/03/2026' as day");
    const csv = { decimal: ",", thousands: ".", date_format: "%d/%m/%Y" };
    expect((await taken(bytes, { ...contract, csv }, "orders.parquet")).rows).toEqual([
      { id: "a", quantity: 1234, price: 1.5, on: "2026-03-01" },
    ]);
  });
});
