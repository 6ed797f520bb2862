import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
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
    const spread = Math.max(...logOdds) - Math.min(...logOdds);
    let worst=0;
    logOdds.forEach((value, i) => {
      const row = contributions.subarray(i * columns.length, (i + 1) * columns.length);
      worst=Math.max(worst, Math.abs(row.reduce((sum, x) => sum + x, base) - value));
    });
    console.log(worst, spread);
    expect(worst).toBeLessThan(0.01 * spread);
  });
});
