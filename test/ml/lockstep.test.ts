import { describe, expect, it } from "vitest";
import { Lockstep } from "../../src/ml/lockstep.js";

describe("Lockstep", () => {
  it("gives one thread the numbers of all its members, step by step", () => {
    const lockstep = new Lockstep(Lockstep.memory(1, 2, 2));
    const exchange = (a: number[], b: number[]) =>
      lockstep
        .exchange(
          new Map([
            [0, Float32Array.from(a)],
            [1, Float32Array.from(b)],
          ]),
        )
        .map((numbers) => [...numbers]);
    expect(exchange([1, 2], [3, 4])).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(exchange([5, 6], [7, 8])).toEqual([
      [5, 6],
      [7, 8],
    ]);
  });
});
