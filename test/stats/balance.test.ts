import { describe, expect, it } from "vitest";
import { balance, effectiveSize } from "../../src/stats/balance.js";

const design = {
  n: 6,
  d: 2,
  names: ["intercept", "orders"],
  values: Float64Array.from([1, 4, 1, 6, 1, 1, 1, 5, 1, 2, 1, 5]),
};
const treated = Uint8Array.from([1, 1, 0, 0, 0, 0]);

describe("balance", () => {
  it("is the difference of means in standard deviations of the treated", () => {
    const [orders] = balance(design, treated, new Float64Array(6).fill(1));
    expect(orders).toEqual({ fact: "orders", before: (5 - 3.25) / 1, after: (5 - 3.25) / 1 });
  });

  it("is reached by weights that count like rows alone", () => {
    const [orders] = balance(design, treated, Float64Array.from([1, 1, 0, 1, 0, 1]));
    expect(orders?.after).toBe(0);
  });

  it("costs effective size: Kish's formula", () => {
    expect(effectiveSize([1, 1, 1, 1])).toBe(4);
    expect(effectiveSize([3, 1])).toBeCloseTo(16 / 10, 12);
    expect(effectiveSize([])).toBe(0);
  });
});
