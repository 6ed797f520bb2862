import { describe, expect, it } from "vitest";
import { rank } from "../../src/ml/metrics.js";
import { calibrationInTheLarge, measureSubgroups } from "../../src/ml/subgroups.js";
import { Random } from "../../src/stats/random.js";

describe("calibration in the large", () => {
  it("is the share of positives less the mean probability", () => {
    expect(calibrationInTheLarge(rank([1, 0, 1, 1], [0.5, 0.5, 0.5, 0.5]))).toBeCloseTo(0.25, 12);
  });
});

describe("a model's error by group", () => {
  const random = new Random(1);
  const levels = Array.from({ length: 1200 }, (_, row) =>
    row < 700 ? "north" : row < 1150 ? "south" : null,
  );
  const probabilities = levels.map(() => 0.2 + 0.6 * random.uniform());
  // The south is 0.2 more likely to be positive than the model believes.
  const labels = levels.map((level, row) =>
    random.uniform() < probabilities[row]! + (level === "south" ? 0.2 : 0) ? 1 : 0,
  );
  const [north, south, unknown] = measureSubgroups(labels, probabilities, levels, { seed: 1 });

  it("finds the group that is predicted wrongly, and only that", () => {
    const calibration = (group: typeof north) => group?.metrics.calibration_in_the_large;
    expect(north).toMatchObject({ level: "north", rows: 700 });
    expect(calibration(north)?.low).toBeLessThan(0);
    expect(calibration(north)?.high).toBeGreaterThan(0);
    expect(south).toMatchObject({ level: "south", rows: 450 });
    expect(calibration(south)?.low).toBeGreaterThan(0);
    expect(calibration(south)?.low).toBeLessThan(0.2);
    expect(calibration(south)?.high).toBeGreaterThan(0.2);
  });

  it("says how large a group is with fewer than thirty rows of either kind, and no more", () => {
    expect(unknown).toMatchObject({ level: null, rows: 50, metrics: {} });
  });
});
