import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NgramIndex } from "../../src/ml/ngram-index.js";

describe("NgramIndex", () => {
  it("numbers hashes as a Map would, however many there are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 3000 }),
        (hashes) => {
          const map = new Map<number, number>();
          const index = new NgramIndex();
          for (const hash of hashes) {
            if (!map.has(hash)) map.set(hash, map.size);
            expect(index.add(hash)).toBe(map.get(hash));
          }
          expect(index.size).toBe(map.size);
          for (const [hash, number] of map) expect(index.find(hash)).toBe(number);
        },
      ),
    );
  });

  it("does not find what was not added, 0 included", () => {
    const index = NgramIndex.of(Int32Array.of(7, -7));
    expect(index.find(0)).toBe(-1);
    expect(index.find(-7)).toBe(1);
  });

  it("keeps hashes apart that share their low bits", () => {
    const hashes = Int32Array.from({ length: 5000 }, (_, k) => k << 16);
    const index = NgramIndex.of(hashes);
    expect(index.size).toBe(5000);
    expect(index.find(4999 << 16)).toBe(4999);
  });
});
