import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import type { TextModel } from "../../src/ml/text-model.js";
import { predictText } from "../../src/ml/text-prediction.js";
import { TextScorer } from "../../src/ml/text-scorer.js";
import { trainTextModel } from "../../src/ml/text-training.js";
import { selectDense } from "../../src/ml/standardisation.js";
import { plantedReviews } from "./planted-texts.js";
import { buildWorker, type BuiltWorker } from "./worker.js";

const reviews = plantedReviews(300, "scorer");
const rows = Array.from({ length: 2500 }, (_, n) => n % 302);
/** More texts than a thread is given at a time, empty ones among them. */
const texts = rows.map((row) => (row === 300 ? null : (reviews.texts[row] ?? "👍")));
const dense = selectDense(
  reviews.dense!,
  rows.map((row) => row % 300),
);
let model: TextModel;
let built: BuiltWorker;
let worker: URL;

beforeAll(async () => {
  await useBackend("wasm");
  model = trainTextModel(reviews, { seed: 1, minimumWords: 3 });
  built = await buildWorker("src/ml/text.worker.ts");
  worker = built.url;
});
afterAll(() => built.remove());

describe("a text scorer", () => {
  it("gives in threads what this thread gives, in the same order, batch after batch", async () => {
    const scorer = new TextScorer(model, { worker, threads: 2, many: 1 });
    const here = predictText(model, texts, dense);
    expect(await Promise.all([scorer.predict(texts, dense), scorer.predict(texts, dense)])).toEqual([
      here,
      here,
    ]);
    expect(await scorer.predict([], selectDense(dense, []))).toEqual(
      predictText(model, [], selectDense(dense, [])),
    );
  });

  it("refuses dense features of another number of rows", async () => {
    const scorer = new TextScorer(model, { worker, threads: 2, many: 1 });
    await expect(scorer.predict(texts, selectDense(dense, [0]))).rejects.toThrow(
      "expected dense features of 2500 rows",
    );
  });

  it("starts no thread for few texts, on one core, or without the built worker", async () => {
    const broken = pathToFileURL(join(built.folder, "broken.js"));
    await writeFile(broken, "throw new Error('this thread should not start');");
    const few = { texts: texts.slice(0, 10), dense: selectDense(dense, [...texts.keys()].slice(0, 10)) };
    const expected = predictText(model, few.texts, few.dense);
    for (const options of [
      { worker: broken, threads: 2 },
      { worker: broken, threads: 1, many: 1 },
      { worker: new URL("file:///nowhere.js"), threads: 2, many: 1 },
    ]) {
      expect(await new TextScorer(model, options).predict(few.texts, few.dense)).toEqual(expected);
    }
  });

  it.each([
    ["throws", "throw new Error('out of order');", "out of order"],
    ["ends", "process.exit(3);", "a scoring thread ended early with code 3"],
  ])("fails where a thread %s", async (_, script, message) => {
    const failing = join(built.folder, "failing.js");
    await writeFile(failing, script);
    const scorer = new TextScorer(model, { worker: pathToFileURL(failing), threads: 2, many: 1 });
    await expect(scorer.predict(texts, dense)).rejects.toThrow(message);
  });
});
