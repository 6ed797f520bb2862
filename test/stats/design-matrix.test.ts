import { describe, expect, it } from "vitest";
import { chosenRows, designMatrix } from "../../src/stats/design-matrix.js";

const row = ({ d, values }: { d: number; values: Float64Array }, n: number) => [
  ...values.slice(n * d, (n + 1) * d),
];

describe("a design matrix", () => {
  it("centres and scales numbers, and marks unknown ones", () => {
    const age = { name: "age", kind: "number" as const, values: Float64Array.from([10, 20, NaN, 30]) };
    const design = designMatrix(4, [age]);
    expect(design.names).toEqual(["intercept", "age", "age is unknown"]);
    expect(row(design, 0)[1]).toBeCloseTo(-10 / Math.sqrt(200 / 3), 12);
    expect(row(design, 2)).toEqual([1, 0, 1]);
  });

  it("has a column for each value of a category but the most frequent", () => {
    const segment = { name: "segment", kind: "category" as const, values: ["b", "a", "b", null] };
    const design = designMatrix(4, [segment]);
    expect(design.names).toEqual(["intercept", "segment = a", "segment = unknown"]);
    expect([0, 1, 2, 3].map((n) => row(design, n))).toEqual([
      [1, 0, 0],
      [1, 1, 0],
      [1, 0, 0],
      [1, 0, 1],
    ]);
  });

  it("puts the rarest values of a long category together", () => {
    const values = Array.from({ length: 60 }, (_, i) => (i < 30 ? "usual" : `product ${i}`));
    const design = designMatrix(60, [{ name: "product", kind: "category", values }]);
    expect(design.d).toBe(26);
    expect(design.names.at(-1)).toBe("product is rare");
    const rare = Array.from({ length: 60 }, (_, n) => row(design, n).at(-1)!);
    expect(rare.reduce((sum, value) => sum + value, 0)).toBe(6);
  });

  it("leaves constant facts out", () => {
    const facts = [
      { name: "same", kind: "number" as const, values: Float64Array.from([3, 3, 3]) },
      { name: "one", kind: "category" as const, values: ["x", "x", "x"] },
    ];
    expect(designMatrix(3, facts).names).toEqual(["intercept"]);
  });

  it("gives some of its rows", () => {
    const x = { name: "x", kind: "number" as const, values: Float64Array.from([1, 2, 3]) };
    const design = designMatrix(3, [x]);
    expect(row(chosenRows(design, [2, 0]), 0)).toEqual(row(design, 2));
  });
});
