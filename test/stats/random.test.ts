import { describe, expect, it } from "vitest";
import { Random } from "../../src/stats/random.js";

const draws = (random: Random, count: number, draw: (random: Random) => number) =>
  Array.from({ length: count }, () => draw(random));

describe("Random", () => {
  it("gives the published first outputs of xoshiro128** from the state 1, 2, 3, 4", () => {
    // The vector of the reference implementation (prng.di.unimi.it), as in the tests of Rust's rand_xoshiro.
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(draws(Random.fromState([1, 2, 3, 4]), 10, (random) => random.uint32())).toEqual(expected);
  });

  it("repeats itself for the same seed and not for another", () => {
    const first = draws(new Random("a"), 5, (random) => random.uint32());
    expect(draws(new Random("a"), 5, (random) => random.uint32())).toEqual(first);
    expect(draws(new Random("b"), 5, (random) => random.uint32())).not.toEqual(first);
  });

  it("forks streams that depend on their name alone", () => {
    const random = new Random(7);
    const before = random.fork("x").uint32();
    random.uint32();
    expect(random.fork("x").uint32()).toBe(before);
    expect(random.fork("y").uint32()).not.toBe(before);
  });

  it("draws uniform and normal numbers with the right mean and variance", () => {
    const n = 100_000;
    const moments = (values: number[]) => {
      const mean = values.reduce((sum, x) => sum + x, 0) / n;
      return [mean, values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n] as const;
    };
    const [uniformMean, uniformVariance] = moments(draws(new Random(1), n, (random) => random.uniform()));
    expect(uniformMean).toBeCloseTo(0.5, 2);
    expect(uniformVariance).toBeCloseTo(1 / 12, 2);
    const [normalMean, normalVariance] = moments(draws(new Random(2), n, (random) => random.normal()));
    expect(Math.abs(normalMean)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(normalVariance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });

  it("shuffles into every order about equally often", () => {
    const random = new Random(3);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle(["a", "b", "c"]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
