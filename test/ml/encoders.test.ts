import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode, encoderSchema, fitEncoder, inputColumns } from "../../src/ml/encoders.js";
import type { Frame, FrameColumn } from "../../src/ml/frame.js";

const number = (name: string, values: number[]): FrameColumn => ({
  name,
  kind: "number",
  values: Float64Array.from(values),
});
const category = (name: string, values: (string | null)[]): FrameColumn => ({
  name,
  kind: "category",
  values,
});
const frameOf = (...columns: FrameColumn[]): Frame => ({ n: columns[0]?.values.length ?? 0, columns });
const repeat = <T>(values: T[], times: number): T[] => Array.from({ length: times }, () => values).flat();

function encodedRows(train: Frame, frame: Frame = train): number[][] {
  const { n, d, data } = encode(fitEncoder(train).encoder, frame);
  return Array.from({ length: n }, (_, i) => [...data.subarray(i * d, (i + 1) * d)]);
}

describe("numbers", () => {
  const values = Array.from({ length: 101 }, (_, i) => i);

  it("are centred by the median, scaled by the interquartile range and clipped smoothly", () => {
    const rows = encodedRows(frameOf(number("x", values)), frameOf(number("x", [50, 100, 0, 1e9])));
    const u = (scaled: number) => scaled / Math.sqrt(1 + (scaled / 3) ** 2);
    [u(0), u(1), u(-1), 3].forEach((expected, i) => expect(rows[i]![0]).toBeCloseTo(expected, 5));
  });

  it("are scaled by half the range where the interquartile range is 0", () => {
    const rows = encodedRows(
      frameOf(number("x", [...repeat([5], 90), ...Array.from({ length: 11 }, (_, i) => i)])),
    );
    expect(rows[0]).toEqual([0, 1]);
    expect(rows[100]![0]).toBeCloseTo(1 / Math.sqrt(1 + 1 / 9), 5);
  });

  it("have an indicator for each value that more than 5% of the rows share", () => {
    const train = frameOf(
      number("x", [...repeat([0], 30), ...repeat([7], 5), ...Array.from({ length: 65 }, (_, i) => i + 10)]),
    );
    expect(fitEncoder(train).encoder.columns[0]).toMatchObject({ spikes: [0] });
    expect(encodedRows(train, frameOf(number("x", [0, 7]))).map((row) => row[1])).toEqual([1, 0]);
  });

  it("become the median with an indicator where they are missing", () => {
    const rows = encodedRows(frameOf(number("x", [...values, NaN])));
    expect(rows[101]).toEqual([0, 1]);
    expect(rows[100]![1]).toBe(0);
  });

  it("become the median without one where none was missing in training", () => {
    expect(encodedRows(frameOf(number("x", values)), frameOf(number("x", [NaN])))).toEqual([[0]]);
  });

  it("of two values become one input of -1 and +1, as categories of two levels do", () => {
    const train = frameOf(number("is_active", [0, 1, 1, NaN]));
    expect(encodedRows(train, frameOf(number("is_active", [0, 1, NaN, 2])))).toEqual([
      [-1, 0],
      [1, 0],
      [0, 1],
      [0, 0],
    ]);
  });

  it("refuse infinity by column and row", () => {
    const infinite = frameOf(number("x", [1, 2, Infinity]));
    expect(() => fitEncoder(infinite)).toThrow(
      "expected finite numbers in column x, found Infinity in row 3",
    );
    const { encoder } = fitEncoder(frameOf(number("x", values)));
    expect(() => encode(encoder, infinite)).toThrow("found Infinity in row 3");
  });
});

describe("categories", () => {
  it("of two levels become one input of -1 and +1, 0 for what was not seen", () => {
    const train = frameOf(category("sex", repeat(["f", "m"], 5)));
    expect(encodedRows(train, frameOf(category("sex", ["f", "m", "x", null])))).toEqual([
      [-1],
      [1],
      [0],
      [0],
    ]);
  });

  it("of more levels get an indicator each, and one for missing where some were", () => {
    const train = frameOf(category("plan", repeat(["a", "b", "c", null, "a"], 5)));
    expect(encodedRows(train, frameOf(category("plan", ["a", "b", "c", null, "new"])))).toEqual([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 0],
    ]);
  });

  it("that are rare share one input, which unseen ones take too", () => {
    const train = frameOf(category("city", [...repeat(["Bari", "Lucca", "Asti"], 5), "Ivrea", "Noto"]));
    expect(encodedRows(train, frameOf(category("city", ["Noto", "unseen", "Bari"])))).toEqual([
      [0, 0, 0, 1],
      [0, 0, 0, 1],
      [0, 1, 0, 0],
    ]);
  });

  it("without end take a hundred inputs at most, or none where they hardly repeat", () => {
    const many = frameOf(
      category(
        "shop",
        repeat(
          Array.from({ length: 5000 }, (_, i) => `shop ${i}`),
          5,
        ),
      ),
    );
    expect(encode(fitEncoder(many).encoder, many).d).toBe(101);
    const keys = frameOf(
      category(
        "id",
        Array.from({ length: 50_000 }, (_, i) => `${i}`),
      ),
      number(
        "x",
        Array.from({ length: 50_000 }, (_, i) => i),
      ),
    );
    expect(fitEncoder(keys).warnings).toEqual([
      { column: "id", reason: "none of its 50000 categories has 5 rows" },
    ]);
  });
});

describe("fitEncoder", () => {
  it("leaves out empty and constant columns and says so", () => {
    const { encoder, warnings } = fitEncoder(
      frameOf(
        number("empty", [NaN, NaN]),
        number("one", [1, 1]),
        category("void", [null, null]),
        category("same", ["a", "a"]),
        number("x", [1, 2]),
      ),
    );
    expect(encoder.columns.map(({ name }) => name)).toEqual(["x"]);
    expect(warnings).toEqual([
      { column: "empty", reason: "all values are missing" },
      { column: "one", reason: "all values are 1" },
      { column: "void", reason: "all values are missing" },
      { column: "same", reason: "all values are a" },
    ]);
  });

  it("refuses a frame without a column of use", () => {
    expect(() => fitEncoder(frameOf(number("one", [1, 1])))).toThrow("found none of use among 1");
  });

  it("survives being written as JSON", () => {
    const { encoder } = fitEncoder(frameOf(number("x", [0.1, 0.2, NaN]), category("c", repeat(["a"], 3))));
    expect(encoderSchema.parse(JSON.parse(JSON.stringify(encoder)))).toEqual(encoder);
  });
});

describe("encode", () => {
  it("puts the scaled numbers first and names the column of each input", () => {
    const frame = frameOf(
      category("c", repeat(["a", "b"], 10)),
      number(
        "x",
        Array.from({ length: 20 }, (_, i) => (i < 3 ? 0 : i)),
      ),
    );
    const { encoder } = fitEncoder(frame);
    expect(inputColumns(encoder)).toEqual(["x", "x", "c"]);
    expect(encode(encoder, frame)).toMatchObject({ n: 20, d: 3, numbers: 1 });
  });

  it("asks for the columns of the training by name", () => {
    const { encoder } = fitEncoder(frameOf(number("x", [1, 2, 3])));
    expect(() => encode(encoder, frameOf(number("y", [1, 2])))).toThrow("expected the column x");
    expect(() => encode(encoder, frameOf(category("x", ["a", "b"])))).toThrow("expected numbers in column x");
  });

  it("gives finite inputs within bounds for any finite frame, a part of which encodes as in the whole", () => {
    const cell = fc.option(fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e300, max: 1e300 }), {
      nil: NaN,
    });
    const text = fc.option(fc.constantFrom("a", "b", "c", "d"), { nil: null });
    const table = fc.array(fc.tuple(cell, text), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(table, (rows) => {
        const frame = frameOf(
          number(
            "x",
            rows.map(([x]) => x),
          ),
          category(
            "c",
            rows.map(([, c]) => c),
          ),
          number(
            "y",
            rows.map((_, i) => i),
          ),
        );
        const { encoder } = fitEncoder(frame);
        const whole = encode(encoder, frame);
        for (const value of whole.data) expect(Math.abs(value)).toBeLessThanOrEqual(3);
        const part = encode(encoder, frame, 1, 3);
        expect(part.data).toEqual(whole.data.slice(whole.d, 3 * whole.d));
      }),
    );
  });
});
