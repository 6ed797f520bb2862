import { describe, expect, it } from "vitest";
import { designMatrix } from "../../src/stats/design-matrix.js";
import { driverImportance } from "../../src/stats/driver-importance.js";
import { Random } from "../../src/stats/random.js";

interface World {
  n: number;
  slopes: readonly number[];
  /** Correlation of the drivers with one another, by what they have in common. */
  common?: number;
  rowsOfCustomer?: number;
}

/** Drivers with variance 1, an outcome of theirs with the slopes given, and noise of variance 1. */
function world(seed: number, { n, slopes, common = 0, rowsOfCustomer = 1 }: World) {
  const random = new Random(seed);
  const drivers = slopes.map(() => new Float64Array(n));
  const outcome = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const first = row - (row % rowsOfCustomer);
    const shared = random.normal();
    slopes.forEach((slope, k) => {
      const value =
        row === first
          ? Math.sqrt(common) * shared + Math.sqrt(1 - common) * random.normal()
          : drivers[k]![first]!;
      drivers[k]![row] = value;
      outcome[row]! += slope * value;
    });
    outcome[row]! += random.normal();
  }
  const clusters = Uint32Array.from({ length: n }, (_, row) => Math.floor(row / rowsOfCustomer));
  return { drivers, outcome, clusters, always: designMatrix(n, []) };
}

describe("driver importance", () => {
  it("finds the slopes, and shares of explained variance that are the squared slopes where drivers are independent", () => {
    const found = driverImportance(world(1, { n: 4000, slopes: [2, 1, 0] }), "test")!;
    expect(found.effect.map((effect) => effect!.value)).toEqual([
      expect.closeTo(2, 1),
      expect.closeTo(1, 1),
      expect.closeTo(0, 1),
    ]);
    // 4 / 5 and 1 / 5 of the explained variance; 5 / 6 of all is explained.
    expect(found.importance.map((share) => share!.value)).toEqual([
      expect.closeTo(0.8, 1),
      expect.closeTo(0.2, 1),
      expect.closeTo(0, 2),
    ]);
    expect(found.rSquared.value).toBeCloseTo(5 / 6, 1);
  });

  it("has intervals that hold the true slope in 95 of 100 worlds, give or take chance", () => {
    const covered = Array.from({ length: 100 }, (_, seed) => {
      const { effect } = driverImportance(
        world(seed, { n: 300, slopes: [1, 0.5], common: 0.6, rowsOfCustomer: 2 }),
        seed,
      )!;
      return effect.map((found, k) => found!.low <= [1, 0.5][k]! && [1, 0.5][k]! <= found!.high);
    });
    for (const driver of [0, 1]) {
      // Binomial: 95 of 100, less or more three standard errors of 2.2.
      expect(covered.filter((held) => held[driver]).length).toBeGreaterThanOrEqual(88);
    }
  });

  it("takes rows of one customer as one: repeating every row widens nothing and narrows nothing", () => {
    const once = world(4, { n: 400, slopes: [1, 1] });
    const twice = {
      drivers: once.drivers.map((values) => Float64Array.from([...values, ...values])),
      outcome: Float64Array.from([...once.outcome, ...once.outcome]),
      clusters: Uint32Array.from([...once.clusters, ...once.clusters]),
      always: designMatrix(800, []),
    };
    const [a, b] = [driverImportance(once, 1)!, driverImportance(twice, 1)!];
    a.effect.forEach((effect, k) => {
      expect(b.effect[k]!.low).toBeCloseTo(effect!.low, 6);
      expect(b.effect[k]!.high).toBeCloseTo(effect!.high, 6);
    });
  });

  it("counts a driver that is unknown as its mean, and says nothing of one that never varies", () => {
    const { drivers, ...rest } = world(2, { n: 1000, slopes: [1, 0] });
    const [known, other] = drivers as [Float64Array, Float64Array];
    const gappy = known.map((value, row) => (row % 4 === 0 ? NaN : value));
    const found = driverImportance({ ...rest, drivers: [gappy, other.fill(3)] }, 1)!;
    expect(found.effect[0]!.value).toBeCloseTo(1, 1);
    expect(found.importance[1]).toBeNull();
    expect(found.effect[1]).toBeNull();
  });

  it("finds nothing where the outcome or every driver is always the same", () => {
    const data = world(3, { n: 100, slopes: [1] });
    expect(driverImportance({ ...data, outcome: new Float64Array(100).fill(2) }, 1)).toBeUndefined();
    expect(driverImportance({ ...data, drivers: [new Float64Array(100)] }, 1)).toBeUndefined();
  });

  it("is the same whenever it is computed", () => {
    const data = world(6, { n: 200, slopes: [1, 2] });
    expect(driverImportance(data, "seed")).toEqual(driverImportance(data, "seed"));
  });
});
