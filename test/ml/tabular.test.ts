import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { sigmoid } from "../../src/ml/calibration.js";
import type { Frame } from "../../src/ml/frame.js";
import { brier, rank, rocAuc } from "../../src/ml/metrics.js";
import { Random } from "../../src/ml/random.js";
import { networkSpec } from "../../src/ml/spec.js";
import { loadTabular, saveTabular } from "../../src/ml/tabular-artifact.js";
import { predictTabular, trainTabular } from "../../src/ml/tabular.js";

/** Customers whose log-odds of leaving are known: a wave in one number, a step by plan, nothing from the noise. */
function plantedWorld(n: number, seed: string) {
  const random = new Random(seed);
  const months = Float64Array.from({ length: n }, () => 60 * random.uniform());
  const noise = Float64Array.from({ length: n }, () => random.normal());
  const plan = Array.from({ length: n }, () => ["basic", "plus", null][random.integer(3)] ?? null);
  const truth = Float64Array.from(months, (month, i) =>
    sigmoid(2 * Math.sin(month / 6) + (plan[i] === "plus" ? 1.5 : -1)),
  );
  const labels = Uint8Array.from(truth, (p) => (random.uniform() < p ? 1 : 0));
  const frame: Frame = {
    n,
    columns: [
      { name: "months", kind: "number", values: months },
      { name: "noise", kind: "number", values: noise },
      { name: "plan", kind: "category", values: plan },
    ],
  };
  return { frame, labels, truth };
}

const spec = networkSpec.parse({ groups: 2, width: 16, epochs: 16 });

beforeAll(() => useBackend("wasm"));

describe("trainTabular", () => {
  it("comes close to the best possible predictions of a planted world, trained on 4,000 rows", async () => {
    const { frame, labels } = plantedWorld(4000, "train");
    const test = plantedWorld(4000, "test");
    const { model, outOfFold } = await trainTabular(frame, labels, { spec, seed: 1 });
    const found = rank(test.labels, await predictTabular(model, test.frame));
    const best = rank(test.labels, test.truth);
    expect(rocAuc(best) - rocAuc(found)).toBeLessThan(0.015);
    expect(brier(found) - brier(best)).toBeLessThan(0.006);
    expect(Math.abs(brier(rank(labels, outOfFold)) - brier(found))).toBeLessThan(0.012);
  });
});
