import { describe, expect, it } from "vitest";
import { accumulatedLocalEffects, type LocalEffect, type Predict } from "../../src/ml/ale.js";
import type { Frame } from "../../src/ml/frame.js";
import { Random } from "../../src/stats/random.js";

const n = 400;
const random = new Random("ale");
const x = Float64Array.from({ length: n }, () => random.uniform());
const near = x.map((value) => value + 0.1 * (random.uniform() - 0.5));
const gappy = x.map((value) => (random.uniform() < 0.2 ? NaN : value));
const plan = Array.from(x, (value) => ["basic", "plus", null][Math.min(2, Math.floor(3 * value))] ?? null);
const frame: Frame = {
  n,
  columns: [
    { name: "x", kind: "number", values: x },
    { name: "near", kind: "number", values: near },
    { name: "gappy", kind: "number", values: gappy },
    { name: "plan", kind: "category", values: plan },
  ],
};
const planted = new Map<string | null, number>([
  ["basic", -1],
  ["plus", 2],
  [null, 0.5],
]);

/** Additive on the data; far off wherever x and its near double part, as a model may be where it has seen nothing. */
const predict: Predict = ({ columns: [first, second, third, fourth] }) => {
  if (first?.kind !== "number" || second?.kind !== "number" || third?.kind !== "number") throw new Error();
  const off = (i: number) => 50 * Math.max(0, Math.abs(first.values[i]! - second.values[i]!) - 0.25);
  return Promise.resolve(
    first.values.map(
      (value, i) =>
        3 * value +
        second.values[i]! ** 2 +
        (Number.isNaN(third.values[i]) ? 1.5 : -2 * third.values[i]!) +
        planted.get((fourth?.values[i] as string | null) ?? null)! +
        off(i),
    ),
  );
};

const effects = await accumulatedLocalEffects(frame, predict, { seed: 1, resamples: 100 });

function of(column: string): LocalEffect[] {
  return effects.filter((effect) => effect.column === column);
}

function mean(values: Iterable<number>): number {
  const all = [...values];
  return all.reduce((sum, value) => sum + value, 0) / all.length;
}

describe("accumulatedLocalEffects", () => {
  it("recovers a planted additive function of correlated numbers, each effect with mean zero", () => {
    const meanX = mean(x);
    for (const { value, effect } of of("x")) expect(effect.value).toBeCloseTo(3 * (Number(value) - meanX), 4);
    const meanSquare = mean(near.map((value) => value ** 2));
    for (const { value, effect } of of("near")) {
      expect(Math.abs(effect.value - (Number(value) ** 2 - meanSquare))).toBeLessThan(0.01);
    }
  });

  it("holds where partial dependence does not", async () => {
    const at = async (value: number) => {
      const moved: Frame = {
        n,
        columns: frame.columns.map((column) =>
          column.name === "x" && column.kind === "number"
            ? { ...column, values: x.map(() => value) }
            : column,
        ),
      };
      return mean(Array.from(await predict(moved)));
    };
    const partialDependence = (await at(1)) - (await at(0.5));
    expect(Math.abs(partialDependence - 1.5)).toBeGreaterThan(2);
    const local = of("x").toSorted((a, b) => Number(a.value) - Number(b.value));
    const slope =
      (local.at(-1)!.effect.value - local[0]!.effect.value) /
      (Number(local.at(-1)!.value) - Number(local[0]!.value));
    expect(slope).toBeCloseTo(3, 4);
  });

  it("tells what a missing number does, and counts the rows that have none", () => {
    const missing = of("gappy").find(({ value }) => value === null);
    const present = gappy.filter((value) => !Number.isNaN(value));
    expect(missing?.effect.value).toBeCloseTo(1.5 + 2 * mean(present), 4);
    expect(missing?.n).toBe(n - present.length);
    expect(of("x").some(({ value }) => value === null)).toBe(false);
  });

  it("recovers the planted effects of categories, the missing one among them, the most frequent first", () => {
    const counts = new Map(
      [...planted.keys()].map((level) => [level, plan.filter((value) => value === level).length]),
    );
    const average = mean(plan.map((level) => planted.get(level)!));
    const found = of("plan");
    expect(found.map(({ n: rows }) => rows)).toEqual([...counts.values()].sort((a, b) => b - a));
    for (const { value, effect } of found) {
      expect(effect.value).toBeCloseTo(planted.get(value as string | null)! - average, 4);
    }
  });

  it("gives each number's parts about the same number of rows, all of them in all", () => {
    const parts = of("x").map(({ n: rows }) => rows);
    expect(parts).toHaveLength(21);
    expect(parts.reduce((sum, rows) => sum + rows, 0)).toBe(n);
    expect(Math.max(...parts)).toBeLessThanOrEqual(21);
  });

  it("gives intervals that hold their estimate, the same ones from the same seed", async () => {
    for (const { effect } of effects) {
      expect(effect.low).toBeLessThanOrEqual(effect.value);
      expect(effect.high).toBeGreaterThanOrEqual(effect.value);
    }
    expect(await accumulatedLocalEffects(frame, predict, { seed: 1, resamples: 100 })).toEqual(effects);
  });

  it("has nothing to tell of a column that does not vary", async () => {
    const constant: Frame = {
      n: 10,
      columns: [
        { name: "same", kind: "number", values: new Float64Array(10).fill(3) },
        { name: "empty", kind: "number", values: new Float64Array(10).fill(NaN) },
        { name: "word", kind: "category", values: new Array<string>(10).fill("a") },
      ],
    };
    const zero: Predict = ({ n: rows }) => Promise.resolve(new Float64Array(rows));
    expect(await accumulatedLocalEffects(constant, zero, { seed: 1 })).toEqual([]);
  });
});
