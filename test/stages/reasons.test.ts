import { describe, expect, it } from "vitest";
import { reasonColumns, reasonsOf } from "../../src/stages/reasons.js";

function row(contributions: Record<string, number>) {
  return {
    base: 0,
    logOdds: 0,
    contributions: Object.entries(contributions).map(([feature, contribution]) => ({
      feature,
      value: `${feature}'s`,
      contribution,
    })),
  };
}

describe("reasonsOf", () => {
  it("gives the largest contributions either way, ranked, with their direction", () => {
    expect(reasonsOf(row({ a: 0.2, b: -0.9, c: 0.5, d: 0.01 }), [3, 3])).toEqual([
      { feature: "b", value: "b's", contribution: -0.9, rank: 1, direction: "lowers" },
      { feature: "c", value: "c's", contribution: 0.5, rank: 2, direction: "raises" },
      { feature: "a", value: "a's", contribution: 0.2, rank: 3, direction: "raises" },
    ]);
  });

  it("goes beyond the fewest only for what moves the score by a fifth of what the first does", () => {
    const found = reasonsOf(row({ a: 1, b: 0.5, c: 0.1, d: 0.3, e: 0.2, f: 0.19, g: 0.4 }), [3, 5]);
    expect(found.map(({ feature }) => feature)).toEqual(["a", "b", "g", "d", "e"]);
    expect(reasonsOf(row({ a: 1, b: 0.1, c: -0.05, d: 0.04 }), [3, 5])).toHaveLength(3);
  });

  it("gives none for what does not move the score", () => {
    expect(reasonsOf(row({ a: 0, b: 0.1 }), [3, 5]).map(({ feature }) => feature)).toEqual(["b"]);
  });
});

describe("reasonColumns", () => {
  it("repeats a row's key for each of its reasons", () => {
    const keys = [{ name: "id", type: "text" as const, values: ["x", "y"] }];
    const reasons = [row({ a: 1, b: -2 }), row({ a: 3 })].map((of) => reasonsOf(of, [1, 2]));
    const columns = reasonColumns(keys, reasons);
    expect(columns.map(({ name, values }) => [name, [...values]])).toEqual([
      ["id", ["x", "x", "y"]],
      ["rank", [1, 2, 1]],
      ["feature", ["b", "a", "a"]],
      ["value", ["b's", "a's", "a's"]],
      ["contribution", [-2, 1, 3]],
      ["direction", ["lowers", "raises", "raises"]],
    ]);
  });
});
