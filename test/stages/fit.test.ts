import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { loadTextModel } from "../../src/ml/text-artifact.js";
import { fitModel, type FittedModel } from "../../src/stages/fit.js";
import { validationOf, type LabelledRows } from "../../src/stages/model-data.js";
import { modelSchema } from "../../src/stages/model-spec.js";
import { predictVersion } from "../../src/stages/predict.js";
import { plantedReviews } from "../ml/planted-texts.js";

const reviews = plantedReviews(400, "fit");
const dates = reviews.texts.map((_, row) => new Date(Date.UTC(2026, 0, 1 + row)).toISOString());
const data: LabelledRows = {
  columns: [
    { name: "text", type: "text", values: [...reviews.texts] },
    { name: "written_at", type: "text", values: dates },
  ],
  labels: reviews.labels[0]!.values,
  times: dates,
  labelKnown: dates,
  total: reviews.texts.length,
};

function specOf(more: object) {
  return modelSchema.parse({
    kind: "text",
    name: "fakes",
    key: ["id"],
    time: "written_at",
    features: { table: "texts", text: "text" },
    label: { table: "labels", column: "is_fake", known_on: "known_on" },
    words: { rows: "texts", positive: "are fake", model: "model of fakes" },
    output: "probability",
    validation_blocks: 2,
    ...more,
  });
}

const [plain, rare] = [specOf({}), specOf({ prevalence: 0.01 })];
let folder: string;
let [asLabelled, corrected]: FittedModel[] = [];

beforeAll(async () => {
  await useBackend("wasm");
  folder = await mkdtemp(join(tmpdir(), "ancora-fit-"));
  asLabelled = await fitModel(plain, data, validationOf(data, plain), () => {});
  corrected = await fitModel(rare, data, validationOf(data, rare), () => {});
  await corrected.save(folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe("a text model with a declared prevalence", () => {
  it("is measured on the labelled rows as they are", () => {
    expect(corrected!.metrics).toEqual(asLabelled!.metrics);
    expect(corrected!.validated).toEqual(asLabelled!.validated);
  });

  it("is corrected where it scores, and compared with others as it was measured", async () => {
    const [head] = (await loadTextModel(folder)).heads;
    expect(head!.prevalence).toBe(0.01);
    const all = [...data.labels.keys()];
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
    const predicted = await predictVersion({ folder, spec: rare }, data.columns, all);
    expect(mean(predicted)).toBeCloseTo(mean(data.labels), 1);
  });
});
