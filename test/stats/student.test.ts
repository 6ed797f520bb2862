import { describe, expect, it } from "vitest";
import { twoSidedQuantile, twoSidedTail } from "../../src/stats/student.js";

describe("Student's t", () => {
  // Table 3 of Fisher & Yates (1963), Statistical Tables.
  it.each([
    [1, 0.05, 12.706],
    [4, 0.01, 4.604],
    [10, 0.05, 2.228],
    [23, 0.05, 2.069],
    [30, 0.1, 1.697],
    [120, 0.05, 1.98],
  ])("with %i degrees of freedom leaves %f beyond %f", (degrees, tail, t) => {
    expect(twoSidedTail(t, degrees)).toBeCloseTo(tail, 4);
    expect(twoSidedQuantile(tail, degrees)).toBeCloseTo(t, 3);
  });
});
