import { describe, expect, it } from "vitest";
import { recogniseColumn, recogniseFrame } from "../../src/ml/recognition.js";

const cells = (n: number, odd: Record<number, string | null>) =>
  Array.from({ length: n }, (_, i) => odd[i] ?? (i in odd ? null : String(i)));
const kindOf = (texts: (string | null)[]) => recogniseColumn("x", texts).column.kind;
const valuesOf = (texts: (string | null)[]) => [...recogniseColumn("x", texts).column.values];

describe("recogniseColumn", () => {
  it("takes a column as numbers if more than 95% of its filled cells read as numbers", () => {
    const spend = recogniseColumn("spend", cells(100, { 3: " ", 4: "unknown", 5: null, 6: " 1e3 " }));
    expect([...spend.column.values].slice(2, 8)).toEqual([2, NaN, NaN, NaN, 1000, 7]);
    expect(spend.notice).toBe("numbers; 1 cells that are none, such as 'unknown', count as missing");
    const code = recogniseColumn("code", cells(100, { 3: "a", 4: "b", 5: "c", 6: "d", 7: "e" }));
    expect(code.column.kind).toBe("category");
    expect(code.column.values.slice(2, 5)).toEqual(["2", "a", "b"]);
  });

  it("reads thousands and decimals as either side of the Channel writes them, money and shares", () => {
    expect(valuesOf(["1,234.5", "12,345", "7", "0.5"])).toEqual([1234.5, 12345, 7, 0.5]);
    expect(valuesOf(["1.234,5", "12.345", "7", "0,5"])).toEqual([1234.5, 12345, 7, 0.5]);
    expect(valuesOf(["€ 12,50", "-€3,00", "4,10 €"])).toEqual([12.5, -3, 4.1]);
    expect(valuesOf(["12.5%", "3 %"])).toEqual([12.5, 3]);
    expect(valuesOf(["+1", "-.5", "2."])).toEqual([1, -0.5, 2]);
  });

  it("takes the usual words for nothing as missing, however many there are", () => {
    expect(valuesOf(["NA", "n/a", "NULL", "?", "-", "nan", "3"])).toEqual([NaN, NaN, NaN, NaN, NaN, NaN, 3]);
    expect(valuesOf(["red", "None", " ", "blue "])).toEqual(["red", null, null, "blue"]);
  });

  it("takes truth values and their words as categories", () => {
    expect(recogniseColumn("active", [true, false, null]).column.values).toEqual(["true", "false", null]);
    expect(kindOf(["yes", "no", ""])).toBe("category");
  });

  it("reads dates, with the day first unless no day fits, and refuses days that no calendar has", () => {
    expect(valuesOf(["1970-01-02", "1970-01-01T12:00:00Z", "1970-01-01 06:00"])).toEqual([1, 0.5, 0.25]);
    expect(valuesOf(["01/02/1970", "25/01/1970"])).toEqual([31, 24]);
    expect(valuesOf(["01/02/1970", "01/25/1970"])).toEqual([1, 24]);
    expect(kindOf(["2024-02-31", "2024-13-01"])).toBe("category");
    expect(kindOf(["192.168.1.1", "10.0.0.1"])).toBe("category");
  });

  it("keeps infinities, so that they can be named", () => {
    expect(valuesOf(["1", "-Infinity", "inf", ""])).toEqual([1, -Infinity, Infinity, NaN]);
  });

  it("takes an empty column as missing numbers", () => {
    expect(recogniseColumn("x", ["", null, " "]).column).toEqual({
      name: "x",
      kind: "number",
      values: Float64Array.of(NaN, NaN, NaN),
    });
  });
});

describe("recogniseFrame", () => {
  it("turns dates into days before the newest of all, and says so", () => {
    const { frame, notices } = recogniseFrame({
      joined: ["2024-01-01", "2024-03-01", ""],
      last_order: ["2024-03-10", "2024-03-31", "2024-03-30"],
    });
    expect(frame.columns.map(({ values }) => [...values])).toEqual([
      [90, 30, NaN],
      [21, 0, 1],
    ]);
    expect(notices).toEqual([
      { column: "joined", reason: "dates, taken as days before 2024-03-31" },
      { column: "last_order", reason: "dates, taken as days before 2024-03-31" },
    ]);
  });

  it("refuses columns of different lengths", () => {
    expect(() => recogniseFrame({ a: [1, 2], b: [1] })).toThrow("expected 2 cells in column b, found 1");
  });
});
