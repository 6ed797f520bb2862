import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addCrossProducts, crossProducts } from "../../src/stats/cross-products.js";
import { Random } from "../../src/stats/random.js";
import { shapleyRegression } from "../../src/stats/shapley-regression.js";
import { swiss } from "./swiss.js";

/** The regression of the first column on the others; the first `always` of these are always in. */
function regression(rows: readonly (readonly number[])[], always = 0) {
  const width = rows[0]?.length ?? 0;
  const order = [...Array(width - 1).keys()].map((k) => k + 1).concat(0);
  const columns = [
    new Float64Array(rows.length).fill(1),
    ...order.map((k) => Float64Array.from(rows, (row) => row[k]!)),
  ];
  const [products] = crossProducts(columns, new Uint8Array(rows.length), 1);
  return shapleyRegression(products!, always + 1);
}

function world(seed: number, p: number, n = 60) {
  const random = new Random(seed);
  return Array.from({ length: n }, () => {
    const common = random.normal();
    const regressors = Array.from({ length: p }, () => common + random.normal());
    const outcome = regressors.reduce((sum, value, k) => sum + k * value, random.normal());
    return [outcome, ...regressors];
  });
}

describe("Shapley regression", () => {
  it("shares R² out as calc.relimp(swiss, type = 'lmg') of the R package relaimpo does (Grömping 2006)", () => {
    const { rSquared, shares, slopes } = regression(swiss);
    // The mean over all 120 orders of entry by numpy 2.4 has the same twelve digits.
    expect(rSquared).toBeCloseTo(0.706735001593, 11);
    [0.0570912207681, 0.1711730289002, 0.2601346786244, 0.1055701503735, 0.1127659229265].forEach(
      (share, k) => expect(shares[k]).toBeCloseTo(share, 11),
    );
    // The coefficients of lm(Fertility ~ ., swiss) in R; numpy 2.4's lstsq has the same.
    [-0.17211, -0.25801, -0.87094, 0.10412, 1.07705].forEach((slope, k) => {
      expect(slopes[k]).toBeCloseTo(slope, 5);
    });
  });

  it("shares out only what is left beside columns that are always in", () => {
    const educationFirst = swiss.map(([y, agriculture, examination, education, catholic, infants]) =>
      [y, education, agriculture, examination, catholic, infants].map(Number),
    );
    const { baseRSquared, rSquared, shares } = regression(educationFirst, 1);
    expect(baseRSquared).toBeCloseTo(0.44061565, 8);
    expect(rSquared).toBeCloseTo(0.706735, 6);
    // Averaged over the 24 orders of the other four by numpy 2.4.
    [0.03432758, 0.03884696, 0.10165854, 0.09128627].forEach((share, k) => {
      expect(shares[k]).toBeCloseTo(share, 8);
    });
  });

  it("gives shares that are never negative and add up to R²", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(), (p, seed) => {
        const { rSquared, shares } = regression(world(seed, p));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(rSquared, 9);
        for (const share of shares) expect(share).toBeGreaterThan(-1e-12);
      }),
      { numRuns: 30 },
    );
  });

  it("does not depend on the order of the regressors", () => {
    const rows = world(3, 6);
    const forwards = regression(rows).shares;
    const backwards = regression(rows.map(([y, ...xs]) => [y!, ...xs.reverse()])).shares;
    forwards.forEach((share, k) => expect(backwards[5 - k]).toBeCloseTo(share, 10));
  });

  it("gives two copies of a regressor equal shares, and a constant one none", () => {
    const rows = world(5, 2).map(([y, a, b]) => [y!, a!, b!, b!, 7]);
    const { shares, rSquared } = regression(rows);
    expect(shares[1]).toBeCloseTo(shares[2]!, 10);
    expect(shares[3]).toBe(0);
    expect(rSquared).toBeCloseTo(regression(world(5, 2)).rSquared, 10);
  });

  it("knows nothing of an outcome that never varies", () => {
    const { rSquared, shares } = regression(world(1, 2).map(([, ...xs]) => [4, ...xs]));
    expect(rSquared).toBeNaN();
    expect([...shares]).toEqual([NaN, NaN]);
  });
});

describe("cross products by group", () => {
  it("add up to those of all rows", () => {
    const columns = [new Float64Array([1, 2, 3, 4]), new Float64Array([2, 0, 5, 1])];
    const [all] = crossProducts(columns, [0, 0, 0, 0], 1);
    const parts = crossProducts(columns, [0, 1, 0, 2], 3);
    expect([...all!.values]).toEqual([30, 21, 21, 30]);
    expect(addCrossProducts(parts, [1, 1, 1])).toEqual(all);
    expect([...addCrossProducts(parts, [0, 2, 0]).values]).toEqual([8, 0, 0, 0]);
  });
});
