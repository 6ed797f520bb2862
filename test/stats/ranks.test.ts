import { describe, expect, it } from "vitest";
import { midranks } from "../../src/stats/ranks.js";

describe("midranks", () => {
  it("gives equal values the mean of their ranks, as scipy's rankdata does", () => {
    expect([...midranks([0, 2, 3, 2])]).toEqual([1, 2.5, 4, 2.5]);
  });

  it("puts missing values last", () => {
    expect([...midranks([NaN, 5, NaN, -1])]).toEqual([3.5, 2, 3.5, 1]);
  });
});
