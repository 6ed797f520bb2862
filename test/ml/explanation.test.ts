import { beforeAll, describe, expect, it } from "vitest";
import { tf, useBackend } from "../../src/ml/backend.js";
import { contributionsOf, globalDrivers } from "../../src/ml/drivers.js";
import { encode } from "../../src/ml/encoders.js";
import { explainTabular, type Explanation } from "../../src/ml/explanation.js";
import { selectRows, type Frame } from "../../src/ml/frame.js";
import { integratePaths, pathModel } from "../../src/ml/path-integral.js";
import { networkSpec } from "../../src/ml/spec.js";
import { predictLogOdds, trainTabular, type TabularModel } from "../../src/ml/tabular.js";
import { plantedWorld } from "./planted-world.js";

const { frame, labels } = plantedWorld(3000, "explanation");
let model: TabularModel;
let explanation: Explanation;
const explained: Frame = plantedWorld(300, "explained").frame;

/** Some noise missing, which training has seen, and some plans that it has not. */
function withGaps({ n, columns }: Frame): Frame {
  return {
    n,
    columns: columns.map((column) => {
      if (column.name === "noise" && column.kind === "number")
        return { ...column, values: column.values.map((x, i) => (i % 9 === 0 ? NaN : x)) };
      if (column.name === "plan" && column.kind === "category")
        return { ...column, values: column.values.map((plan, i) => (i % 7 === 0 ? "never seen" : plan)) };
      return column;
    }),
  };
}

beforeAll(async () => {
  await useBackend("wasm");
  const spec = networkSpec.parse({ groups: 2, width: 16, epochs: 16 });
  ({ model } = await trainTabular(withGaps(frame), labels, { spec, seed: 1 }));
  explanation = await explainTabular(model, explained);
}, 60_000);

function sums({ n, columns, contributions, base }: Explanation): number[] {
  return Array.from({ length: n }, (_, i) =>
    contributions.subarray(i * columns.length, (i + 1) * columns.length).reduce((sum, x) => sum + x, base),
  );
}

describe("explainTabular", () => {
  it("gives contributions that add up to the log-odds before calibration, missing and unseen values included", async () => {
    for (const rows of [explained, withGaps(plantedWorld(200, "gaps").frame)]) {
      const found = await explainTabular(model, rows);
      const logOdds = await predictLogOdds(model, rows);
      sums(found).forEach((sum, i) => expect(sum).toBeCloseTo(logOdds[i]!, 4));
      expect(found.contributions.every(Number.isFinite)).toBe(true);
    }
  });

  it("gives nearly the contributions of a quadrature ten times as fine, whose sums need no correction", () => {
    const rows = 64;
    const paths = pathModel(model);
    const fine = integratePaths(paths, encode(model.encoder, explained, 0, rows), 50);
    sums({ ...explanation, n: rows, contributions: fine.contributions }).forEach((sum, i) =>
      expect(Math.abs(sum - fine.logOdds[i]!)).toBeLessThan(0.003),
    );
    fine.contributions.forEach((value, k) =>
      expect(Math.abs(explanation.contributions[k]! - value)).toBeLessThan(0.03),
    );
    paths.dispose();
  });

  it("explains a row the same whatever rows it stands among", async () => {
    const alone = await explainTabular(model, selectRows(explained, [17]));
    const width = explanation.columns.length;
    alone.contributions.forEach((value, j) =>
      expect(value).toBeCloseTo(explanation.contributions[17 * width + j]!, 5),
    );
  });

  it("leaves no tensor behind, and has nothing to say of no rows", async () => {
    const before = tf.memory().numTensors;
    expect((await explainTabular(model, selectRows(explained, []))).contributions).toHaveLength(0);
    await explainTabular(model, selectRows(explained, [0, 1]));
    expect(tf.memory().numTensors).toBe(before);
  });

  it("follows the planted effects, row by row", () => {
    const months = contributionsOf(explanation, explanation.columns.indexOf("months"));
    const values = explained.columns[0]!.values as Float64Array;
    const wave = values.map((month) => Math.sin(month / 6));
    expect(correlation(months, wave)).toBeGreaterThan(0.95);
  });
});

describe("globalDrivers", () => {
  it("ranks the planted causes first and the noise last, with their direction", () => {
    const drivers = globalDrivers(explanation, explained, { resamples: 100, seed: 1 });
    expect(drivers.map(({ column }) => column)).toEqual(["months", "plan", "noise"]);
    const [months, plan, noise] = drivers;
    expect(noise!.importance.high).toBeLessThan(plan!.importance.low);
    // A sine over 1.6 periods has a rank correlation with its argument that is far from +1 and -1.
    expect(Math.abs(months!.direction!.value)).toBeLessThan(0.7);
    const level = (name: string | null) => plan!.levels.find((found) => found.level === name)!.contribution;
    expect(level("plus").low).toBeGreaterThan(0);
    expect(level("basic").high).toBeLessThan(0);
    expect(level(null).high).toBeLessThan(0);
    // Log-odds of 1.5 against -1: 2.5 apart, somewhat shrunk by early stopping.
    expect(level("plus").value - level("basic").value).toBeGreaterThan(1.8);
    expect(level("plus").value - level("basic").value).toBeLessThan(2.7);
  });
});

function correlation(x: Float64Array, y: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const sum = (f: (i: number) => number) => x.reduce((total, _, i) => total + f(i), 0);
  const covariance = sum((i) => (x[i]! - mx) * (y[i]! - my));
  return covariance / Math.sqrt(sum((i) => (x[i]! - mx) ** 2) * sum((i) => (y[i]! - my) ** 2));
}
