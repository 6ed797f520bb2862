import { describe, expect, it } from "vitest";
import { dropColumns, frameFromColumns, selectRows } from "../../src/ml/frame.js";

const cells = (n: number, odd: Record<number, string | null>) =>
  Array.from({ length: n }, (_, i) => odd[i] ?? (i in odd ? null : String(i)));

describe("frameFromColumns", () => {
  it("takes a column as numbers if more than 95% of its filled cells read as numbers", () => {
    const { columns } = frameFromColumns({
      spend: cells(100, { 3: " ", 4: "n/a", 5: null, 6: " 1e3 " }),
      code: cells(100, { 3: "a", 4: "b", 5: "c", 6: "d", 7: "e" }),
    });
    expect(columns.map(({ kind }) => kind)).toEqual(["number", "category"]);
    expect([...columns[0]!.values].slice(2, 8)).toEqual([2, NaN, NaN, NaN, 1000, 7]);
    expect(columns[1]!.values.slice(2, 5)).toEqual(["2", "a", "b"]);
  });

  it("takes truth values and their words as categories, and dates too", () => {
    const { columns } = frameFromColumns({
      active: [true, false, null],
      churned: ["true", "false", ""],
      since: ["2024-01-01", "2024-02-01", "2023-12-24"],
    });
    expect(columns.map(({ kind }) => kind)).toEqual(["category", "category", "category"]);
    expect(columns[0]!.values).toEqual(["true", "false", null]);
  });

  it("keeps infinities, so that the encoder can name them", () => {
    const { columns } = frameFromColumns({ ratio: ["1", "-Infinity", "inf", ""] });
    expect([...columns[0]!.values]).toEqual([1, -Infinity, Infinity, NaN]);
  });

  it("takes an empty column as missing numbers", () => {
    const { columns } = frameFromColumns({ nothing: ["", null, " "] });
    expect(columns[0]).toEqual({ name: "nothing", kind: "number", values: Float64Array.of(NaN, NaN, NaN) });
  });

  it("refuses columns of different lengths", () => {
    expect(() => frameFromColumns({ a: [1, 2], b: [1] })).toThrow("expected 2 cells in column b, found 1");
  });
});

describe("selectRows and dropColumns", () => {
  it("take rows in the order asked for, and leave columns out", () => {
    const frame = frameFromColumns({ x: [1, 2, 3], y: ["a", "b", null] });
    expect(selectRows(frame, [2, 0])).toEqual(frameFromColumns({ x: [3, 1], y: [null, "a"] }));
    expect(dropColumns(frame, ["x"]).columns.map(({ name }) => name)).toEqual(["y"]);
  });
});
