import { describe, expect, it } from "vitest";
import { readAhead } from "../../src/stages/read-ahead.js";

/** Gives the numbers below `n`, fails where it would give `failing`, and tells what it does. */
async function* numbers(n: number, told: string[], failing = NaN): AsyncGenerator<number> {
  try {
    for (let i = 0; i < n; i++) {
      await Promise.resolve();
      if (i === failing) throw new Error(`no ${i}`);
      told.push(`read ${i}`);
      yield i;
    }
  } finally {
    told.push("closed");
  }
}

async function work(items: AsyncIterable<number>, told: string[], upTo = Infinity): Promise<void> {
  for await (const item of readAhead(items)) {
    if (item === upTo) throw new Error(`tired of ${item}`);
    await new Promise(setImmediate);
    told.push(`done ${item}`);
  }
}

describe("reading ahead", () => {
  it("gives every item in order, the next being read while one is worked on", async () => {
    const told: string[] = [];
    await work(numbers(3, told), told);
    expect(told).toEqual(["read 0", "read 1", "done 0", "read 2", "done 1", "closed", "done 2"]);
  });

  it("passes on what went wrong, after the items before it", async () => {
    const told: string[] = [];
    await expect(work(numbers(3, told, 1), told)).rejects.toThrow("no 1");
    expect(told).toEqual(["read 0", "closed", "done 0"]);
  });

  it("closes what it reads when the work fails, though the next item fails too", async () => {
    const told: string[] = [];
    await expect(work(numbers(3, told, 1), told, 0)).rejects.toThrow("tired of 0");
    expect(told).toEqual(["read 0", "closed"]);
  });
});
