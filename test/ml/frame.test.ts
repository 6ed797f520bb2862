import { describe, expect, it } from "vitest";
import { selectRows, type Frame } from "../../src/ml/frame.js";

const frame: Frame = {
  n: 3,
  columns: [
    { name: "x", kind: "number", values: Float64Array.of(1, 2, NaN) },
    { name: "y", kind: "category", values: ["a", "b", null] },
  ],
};

describe("selectRows", () => {
  it("takes rows in the order asked for", () => {
    expect(selectRows(frame, [2, 0])).toEqual({
      n: 2,
      columns: [
        { name: "x", kind: "number", values: Float64Array.of(NaN, 1) },
        { name: "y", kind: "category", values: [null, "a"] },
      ],
    });
  });
});
