import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { selectRows, type Frame } from "../../src/ml/frame.js";
import { brier, rank, rocAuc } from "../../src/ml/metrics.js";
import { networkSpec } from "../../src/ml/spec.js";
import { loadTabular, saveTabular } from "../../src/ml/tabular-artifact.js";
import { predictTabular, prepareTraining, trainTabular, type TabularFit } from "../../src/ml/tabular.js";
import { plantedWorld } from "./planted-world.js";

const spec = networkSpec.parse({ groups: 2, width: 16, epochs: 16 });
const train = plantedWorld(4000, "train");
const test = plantedWorld(4000, "test");
let fit: TabularFit;
let folder: string;

beforeAll(async () => {
  await useBackend("wasm");
  fit = await trainTabular(train.frame, train.labels, { spec, seed: 1 });
  folder = await mkdtemp(join(tmpdir(), "tabular-"));
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

describe("trainTabular", () => {
  it("comes close to the best possible predictions of a planted world", async () => {
    const found = rank(test.labels, await predictTabular(fit.model, test.frame));
    const best = rank(test.labels, test.truth);
    expect(rocAuc(best) - rocAuc(found)).toBeLessThan(0.015);
    expect(brier(found) - brier(best)).toBeLessThan(0.006);
  });

  it("gives out-of-fold predictions as good as those of new rows", async () => {
    const outOfFold = brier(rank(train.labels, fit.outOfFold));
    const fresh = brier(rank(test.labels, await predictTabular(fit.model, test.frame)));
    // The standard error of either Brier score at 4,000 rows is about .003; the out-of-fold one has one group of two.
    expect(Math.abs(outOfFold - fresh)).toBeLessThan(0.012);
  });

  it("repeats itself for the same seed, and not for another", async () => {
    const frame = selectRows(
      train.frame,
      Array.from({ length: 400 }, (_, i) => i),
    );
    const labels = train.labels.slice(0, 400);
    const quick = { ...spec, epochs: 6 };
    const probabilities = async (seed: number) => {
      const { model } = await trainTabular(frame, labels, { spec: quick, seed });
      return predictTabular(model, frame);
    };
    const first = await probabilities(3);
    expect(await probabilities(3)).toEqual(first);
    expect(await probabilities(4)).not.toEqual(first);
  });

  it("learns from a few hundred rows", async () => {
    const few = plantedWorld(300, "few");
    const { model } = await trainTabular(few.frame, few.labels, { spec, seed: 1 });
    expect(rocAuc(rank(test.labels, await predictTabular(model, test.frame)))).toBeGreaterThan(0.65);
  });

  it("lets the rows of a cluster sit out together", () => {
    const clusters = Array.from({ length: 4000 }, (_, row) => `customer ${row % 1300}`);
    const { task } = prepareTraining(train.frame, train.labels, { spec, seed: 1, clusters });
    const partsOf = new Map(clusters.map((cluster) => [cluster, new Set<number>()]));
    task.parts.forEach((part, row) => partsOf.get(clusters[row]!)!.add(part));
    for (const parts of partsOf.values()) expect(parts.size).toBe(1);
    expect(new Set(task.parts).size).toBe(spec.groups);
  });

  it("reports its progress from 0 to 1", async () => {
    const shares: number[] = [];
    const quick = { ...spec, epochs: 6 };
    const onProgress = (share: number) => shares.push(share);
    await trainTabular(test.frame, test.labels, { spec: quick, seed: 1, onProgress });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it("leaves columns of no use out and says so", async () => {
    const constant = { name: "constant", kind: "number" as const, values: new Float64Array(4000).fill(1) };
    const frame: Frame = { n: 4000, columns: [...train.frame.columns, constant] };
    const { warnings } = await trainTabular(frame, train.labels, { spec: { ...spec, epochs: 1 }, seed: 1 });
    expect(warnings).toEqual([{ column: "constant", reason: "all values are 1" }]);
  });

  it("refuses a label with too few of either class, in words", async () => {
    const words = { rows: "customers", positive: "bought twice", model: "churn model" };
    const labels = Uint8Array.from({ length: 8016 }, (_, i) => Number(i < 12));
    const { frame } = plantedWorld(8016, "thin");
    await expect(trainTabular(frame, labels, { spec, seed: 1, words })).rejects.toThrow(
      "12 of 8,016 customers bought twice: no churn model",
    );
    const most = labels.map((label) => 1 - label);
    await expect(trainTabular(frame, most, { spec, seed: 1, words })).rejects.toThrow(
      "all but 12 of 8,016 customers bought twice: no churn model",
    );
  });
});

describe("a saved model", () => {
  it("predicts as before once it is loaded", async () => {
    await saveTabular(folder, fit.model);
    const loaded = await loadTabular(folder);
    const some = selectRows(test.frame, [5, 4, 3, 2, 1]);
    expect(await predictTabular(loaded, some)).toEqual(await predictTabular(fit.model, some));
    expect(loaded).toEqual(fit.model);
  });

  it("is refused where its weights were cut off", async () => {
    await saveTabular(folder, fit.model);
    const file = join(folder, "weights.bin");
    await writeFile(file, (await readFile(file)).subarray(0, 100));
    await expect(loadTabular(folder)).rejects.toThrow("cut off or damaged");
  });
});

describe("predictTabular", () => {
  it("gives a row the same probability in any company and any order of columns", async () => {
    const all = await predictTabular(fit.model, test.frame);
    const reversed: Frame = { n: test.frame.n, columns: test.frame.columns.toReversed() };
    const some = await predictTabular(fit.model, selectRows(reversed, [3999, 7]));
    expect(some[0]).toBeCloseTo(all[3999]!, 6);
    expect(some[1]).toBeCloseTo(all[7]!, 6);
  });

  it("scores no rows", async () => {
    expect(await predictTabular(fit.model, selectRows(test.frame, []))).toEqual(new Float32Array(0));
  });

  it("asks for the columns that the model was trained on", async () => {
    const frame: Frame = { n: 1, columns: [{ name: "months", kind: "number", values: Float64Array.of(1) }] };
    await expect(predictTabular(fit.model, frame)).rejects.toThrow("expected the column noise");
  });
});
