import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import { openLabelledTable, readFeatures } from "../../src/stages/labelled-table.js";

let folder: string;

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "labelled-"))));
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string, options: Partial<Parameters<typeof openLabelledTable>[0]> = {}) {
  const data = join(folder, "table.csv");
  await writeFile(data, text);
  const request = { data, label: "left=yes", drop: [], folds: 2, ...options };
  const opened = await openLabelledTable(request, 1);
  try {
    return { ...opened, ...(await readFeatures(opened, request)) };
  } finally {
    opened.table.close();
  }
}

const records = (n: number, line: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => line(i)).join("\n");

describe("a labelled table", () => {
  it("is read with semicolons, quotes, a byte order mark and decimal commas, without being told", async () => {
    const { frame, labels, foldNames, foldOf } = await read(
      '\uFEFFsaldo;"nota; libera";left;fold\r\n"1.234,5";"a;b";yes;b\r\n2,5;"say ""hi""";no;a\r\n;;yes;b\r\n',
      { foldColumn: "fold" },
    );
    expect(frame.columns).toEqual([
      { name: "saldo", kind: "number", values: Float64Array.of(1234.5, 2.5, NaN) },
      { name: "nota; libera", kind: "category", values: ["a;b", 'say "hi"', null] },
    ]);
    expect([...labels]).toEqual([1, 0, 1]);
    expect([foldNames, [...foldOf]]).toEqual([
      ["a", "b"],
      [1, 0, 1],
    ]);
  });

  it("may be Parquet, whatever its name", async () => {
    const data = join(folder, "table.data");
    const engine = await openDuckDb();
    const session = await engine.connect();
    await session.copy(
      "select i::double / 2 as x, i % 2 = 0 as flag, date '2024-01-01' + i::integer as since, i < 2 as left, i % 2 as fold from range(4) as t(i)",
      data,
      "parquet",
    );
    session.close();
    engine.close();
    const request = { data, label: "left=true", drop: [], folds: 5, foldColumn: "fold" };
    const opened = await openLabelledTable(request, 1);
    const { frame, notices } = await readFeatures(opened, request);
    opened.table.close();
    expect([...opened.labels]).toEqual([1, 1, 0, 0]);
    expect(frame.columns.map(({ values }) => [...values])).toEqual([
      [0, 0.5, 1, 1.5],
      ["true", "false", "true", "false"],
      [3, 2, 1, 0],
    ]);
    expect(notices).toEqual(["since: dates, taken as days before 2024-01-04"]);
  });

  it("is dealt into folds that have the label evenly, the same for the same seed", async () => {
    const text = `x,left\n${records(100, (i) => `${i % 9},${i % 10 === 0 ? "yes" : "no"}`)}`;
    const { foldOf, labels } = await read(text, { folds: 5 });
    for (let fold = 0; fold < 5; fold++) {
      const rows = [...foldOf.keys()].filter((row) => foldOf[row] === fold);
      expect([rows.length, rows.filter((row) => labels[row] === 1).length]).toEqual([20, 2]);
    }
    expect((await read(text, { folds: 5 })).foldOf).toEqual(foldOf);
  });

  it("orders folds as numbers", async () => {
    const { foldNames } = await read(`x,left,k\n${records(24, (i) => `${i},yes,${(i % 12) + 1}`)}`, {
      foldColumn: "k",
    });
    expect(foldNames.slice(0, 3)).toEqual(["1", "2", "3"]);
  });

  it("takes a label by its number, and says what else counts as negative", async () => {
    const data = join(folder, "numbers.csv");
    await writeFile(data, "x,left\n1,1.0\n2,0\n3,2\n4,1");
    const opened = await openLabelledTable({ data, label: "left=1", drop: [], folds: 2 }, 1);
    opened.table.close();
    expect([...opened.labels]).toEqual([1, 0, 0, 1]);
    expect(opened.notices).toEqual(["left: 2 values count as negative, such as 0, 2"]);
  });

  it("leaves out whole numbers that name each row, and columns asked to be dropped", async () => {
    const { frame, notices } = await read(
      `key,x,y,left\n${records(1000, (i) => `${7 * i},${i % 50},${i / 8},${i % 2 ? "yes" : "no"}`)}`,
      { drop: ["y"] },
    );
    expect(frame.columns.map(({ name }) => name)).toEqual(["x"]);
    expect(notices).toEqual(["key: left out: a whole number of its own in every row, as a key has"]);
  });

  const mistakes: [what: string, text: string, options: object, message: RegExp][] = [
    ["rows without a label", "x,left\n1,yes\n2,\n3,no\n4,", {}, /none in 2 of 4, the first in record 2/],
    ["a value that does not occur", "x,left\n1,Yes\n2,No", {}, /no row has left = yes; found Yes, No/],
    ["an absent label", "x,gone\n1,Yes", {}, /no column left/],
    ["an absent column to drop", "x,left\n1,yes\n2,no", { drop: ["z"] }, /no column z/],
    ["infinities", "x,left\n1,yes\ninf,no\n-inf,no", {}, /column x, found Infinity in record 2 and 1 more/],
    [
      "a missing fold",
      "x,left,f\n1,yes,1\n2,no,",
      { foldColumn: "f" },
      /none in 1 of 2, the first in record 2/,
    ],
    [
      "one fold only",
      "x,left,f\n1,yes,1\n2,no,1",
      { foldColumn: "f" },
      /expected 2 to 100 folds in f, found 1/,
    ],
    ["two columns of one name", "x,X,left\n1,2,yes", {}, /found X twice/],
    ["no rows", "x,left\n", {}, /expected rows, found none/],
    ["an empty file", "", {}, /found an empty file/],
    ["records of different lengths", "x,left\n1,yes\n2\n", {}, /cannot be read: .*Line: 3/],
    ["too few folds", "x,left\n1,yes", { folds: 1 }, /--folds 1: expected 2 to 100/],
    ["a label that is no pair", "x,left\n1,yes", { label: "left" }, /expected COLUMN=POSITIVE/],
  ];
  for (const [what, text, options, message] of mistakes) {
    it(`is refused in words for ${what}`, async () => {
      await expect(read(text, options)).rejects.toThrow(message);
    });
  }
});
