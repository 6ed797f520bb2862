import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { likelyLabels, WordScorer, type WordClassifiers } from "../../src/ml/word-scorer.js";
import { trainWordClassifier } from "../../src/ml/word-training.js";
import { buildWorker, type BuiltWorker } from "./worker.js";

/** More texts than a thread is given at a time, of two languages that are learned and one that is not. */
const n = 2500;
const languages = Array.from({ length: n }, (_, row) => ["en", "it", "de"][row % 3]!);
const texts = Array.from({ length: n }, (_, row) =>
  row % 50 === 0
    ? ""
    : `${["van late", "card twice", "van late card"][(row % 7) % 3]!} w${row % 11} new${row}`,
);
const least = 0.2;
let classifiers: WordClassifiers;
let built: BuiltWorker;
let worker: URL;

beforeAll(async () => {
  await useBackend();
  const examples = {
    texts: Array.from({ length: 40 }, (_, row) => `${["van late", "card twice"][row % 2]!} w${row % 5}`),
    labels: Array.from({ length: 40 }, (_, row) => [["delivery", "billing"][row % 2]!]),
  };
  const fewer = { texts: examples.texts.slice(0, 30), labels: examples.labels.slice(0, 30) };
  classifiers = new Map([
    ["en", trainWordClassifier(examples, 10)!],
    ["it", trainWordClassifier(fewer, 1)!],
  ]);
  built = await buildWorker("src/ml/word.worker.ts");
  worker = built.url;
});
afterAll(() => built.remove());

describe("a scorer of words", () => {
  it("finds in threads what this thread finds, the same numbers in the same order, batch after batch", async () => {
    const here = likelyLabels(classifiers, least, { first: 0, texts, languages });
    expect(new Set(here.texts.map((text) => languages[text]))).toEqual(new Set(["en", "it"]));
    expect(Math.min(...here.probabilities)).toBeGreaterThanOrEqual(least);
    const scorer = new WordScorer(classifiers, least, { worker, threads: 2, many: 1 });
    const found = await Promise.all([scorer.classify(texts, languages), scorer.classify(texts, languages)]);
    expect(found).toEqual([here, here]);
    expect(await scorer.classify([], [])).toEqual({ texts: [], labels: [], probabilities: [] });
  });

  it("starts no thread for few texts", async () => {
    const broken = join(built.folder, "broken.js");
    await writeFile(broken, "throw new Error('this thread should not start');");
    const scorer = new WordScorer(classifiers, least, { worker: pathToFileURL(broken), threads: 2 });
    const here = likelyLabels(classifiers, least, { first: 0, texts, languages });
    expect(await scorer.classify(texts, languages)).toEqual(here);
  });

  it("fails where a thread does", async () => {
    const failing = join(built.folder, "failing.js");
    await writeFile(failing, "throw new Error('out of order');");
    const scorer = new WordScorer(classifiers, least, {
      worker: pathToFileURL(failing),
      threads: 2,
      many: 1,
    });
    await expect(scorer.classify(texts, languages)).rejects.toThrow("out of order");
  });
});
