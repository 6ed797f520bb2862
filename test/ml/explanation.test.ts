import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { contributionsOf, globalDrivers } from "../../src/ml/drivers.js";
import { explainTabular, type Explanation } from "../../src/ml/explanation.js";
import type { Frame } from "../../src/ml/frame.js";
import { networkSpec } from "../../src/ml/spec.js";
import { predictLogOdds, trainTabular, type TabularModel } from "../../src/ml/tabular.js";
import { plantedWorld } from "./planted-world.js";

const { frame, labels } = plantedWorld(3000, "explanation");
let model: TabularModel;
let explanation: Explanation;
const explained: Frame = plantedWorld(300, "explained").frame;

beforeAll(async () => {
  await useBackend("wasm");
  const spec = networkSpec.parse({ groups: 2, width: 16, epochs: 16 });
  ({ model } = await trainTabular(frame, labels, { spec, seed: 1 }));
  explanation = await explainTabular(model, explained);
}, 60_000);

describe("explainTabular", () => {
  it("gives contributions that add up to the log-odds before calibration within 1%", async () => {
    const logOdds = await predictLogOdds(model, explained);
    const { columns, contributions, base } = explanation;
    logOdds.forEach((value, i) => {
      const row = contributions.subarray(i * columns.length, (i + 1) * columns.length);
      const sum = row.reduce((total, x) => total + x, base);
      expect(Math.abs(sum - value)).toBeLessThan(0.01 * Math.max(1, Math.abs(value)));
    });
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
