import { mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.js";
import { tf, useBackend } from "../../src/ml/backend.js";
import { rank, rocAuc } from "../../src/ml/metrics.js";
import { calibrationFloor, expectedCalibrationError } from "../../src/ml/reliability.js";
import { loadTextModel, saveTextModel } from "../../src/ml/text-artifact.js";
import { explainText } from "../../src/ml/text-explanation.js";
import type { TextModel } from "../../src/ml/text-model.js";
import { predictText } from "../../src/ml/text-prediction.js";
import { trainTextModel } from "../../src/ml/text-training.js";
import { plantedReviews } from "./planted-texts.js";

const options = { seed: 1, minimumWords: 3 };
const reviews = plantedReviews(1000, "training");
const unseen = plantedReviews(1000, "unseen");
let model: TextModel;

beforeAll(async () => {
  await useBackend("wasm");
  model = trainTextModel(reviews, options);
});

describe("trainTextModel", () => {
  it("recovers a planted probability, calibrated", () => {
    const probabilities = predictText(model, unseen.texts, unseen.dense).probabilities[0]!;
    const ranked = rank(unseen.labels[0]!.values, probabilities);
    expect(expectedCalibrationError(ranked)).toBeLessThan(calibrationFloor(ranked, { seed: 1 }).p95);
    const [learnt, possible] = [probabilities, unseen.truth].map((p) =>
      rocAuc(rank(unseen.labels[0]!.values, p)),
    );
    expect(learnt).toBeGreaterThan(possible! - 0.05);
  });

  it("repeats exactly with the same seed", () => {
    const again = trainTextModel(reviews, options);
    expect(again.heads).toEqual(model.heads);
    expect(again.vocabulary.ngrams).toEqual(model.vocabulary.ngrams);
  });

  it("leaves no tensors behind", () => {
    const before = tf.memory().numTensors;
    trainTextModel(reviews, options);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("corrects probabilities to a declared prevalence", () => {
    const labels = reviews.labels.map((label) => ({ ...label, prevalence: 0.05 }));
    const corrected = trainTextModel({ ...reviews, labels }, options);
    const rare = predictText(corrected, unseen.texts, unseen.dense).probabilities[0]!;
    const common = predictText(model, unseen.texts, unseen.dense).probabilities[0]!;
    const { trainingPrevalence } = model.heads[0]!;
    const ratio = (0.05 / 0.95) * ((1 - trainingPrevalence) / trainingPrevalence);
    const odds = (p: number): number => p / (1 - p);
    rare.forEach((p, row) => expect(odds(p) / odds(common[row]!)).toBeCloseTo(ratio, 6));
  });

  it("learns several labels of the same texts at once", () => {
    const has = (word: string) => Uint8Array.from(reviews.texts, (text) => (text?.includes(word) ? 1 : 0));
    const words = ["great", "dirty"];
    const labels = words.map((word) => ({ name: word, values: has(word) }));
    const topics = trainTextModel({ texts: reviews.texts, labels }, options);
    const { probabilities } = predictText(topics, [
      "it was great and family had fun",
      "so dirty, we had a breakfast",
    ]);
    const predicted = probabilities.map((ofLabel) => Array.from(ofLabel, (p) => p >= topics.threshold));
    expect(predicted).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it("refuses a label of one class, one too rare, and texts that share nothing, in words", () => {
    const none = { name: "fake", values: new Uint8Array(1000) };
    expect(() => trainTextModel({ ...reviews, labels: [none] }, options)).toThrow(UserError);
    expect(() => trainTextModel({ ...reviews, labels: [none] }, options)).toThrow("fake");
    const texts = reviews.texts.map((_, row) => String.fromCodePoint(0x4e00 + row));
    expect(() => trainTextModel({ ...reviews, texts }, options)).toThrow("words in common");
  });

  it("does not mind the same text throughout, empty texts, or missing numbers", () => {
    const texts = reviews.texts.map((_, row) => (row % 10 === 0 ? null : "all was well"));
    const dense = { names: ["is_verified"], values: new Float32Array(1000).fill(NaN) };
    const dull = trainTextModel({ ...reviews, texts, dense }, options);
    const [p] = predictText(dull, ["all was well"], {
      names: ["is_verified"],
      values: Float32Array.of(NaN),
    }).probabilities;
    expect(p![0]).toBeCloseTo(dull.heads[0]!.trainingPrevalence, 1);
  });
});

describe("predictText", () => {
  it("says why it cannot judge instead of guessing", () => {
    const texts = [
      null,
      " \u200b ",
      "😀",
      "great room",
      "questo albergo era davvero sporco",
      "مرحبا بالعالم هذا نص عربي",
      "PGh0bWw+PGJvZHk+SGVsbG8gd29ybGQ8L2JvZHk+PC9odG1sPg==",
      "we stayed in great room",
    ];
    const dense = { names: ["is_verified"], values: new Float32Array(texts.length) };
    const { withheld, probabilities, logOdds } = predictText(model, texts, dense);
    expect(withheld).toEqual([
      "empty_text",
      "empty_text",
      "too_short",
      "too_short",
      "unlike_training",
      "unlike_training",
      "unlike_training",
      null,
    ]);
    expect(Array.from(probabilities[0]!, Number.isNaN)).toEqual(withheld.map((reason) => reason !== null));
    expect(logOdds[0]!.every(Number.isFinite)).toBe(true);
  });

  it("judges 100,000 characters, HTML, and mixed scripts without a NaN", () => {
    const texts = [
      "great room ".repeat(9000),
      "<b>great</b> room, we stayed",
      "great room we stayed отель 酒店 🙂",
    ];
    const dense = { names: ["is_verified"], values: new Float32Array(texts.length) };
    expect(predictText(model, texts, dense).logOdds[0]!.every(Number.isFinite)).toBe(true);
  });

  it("gives the same text the same answer, whatever stands beside it", () => {
    const alone = predictText(model, [unseen.texts[7]!], {
      names: ["is_verified"],
      values: Float32Array.of(1),
    });
    const values = new Float32Array(1000).fill(1);
    const together = predictText(model, unseen.texts, { names: ["is_verified"], values });
    expect(alone.probabilities[0]![0]).toBe(together.probabilities[0]![7]);
  });

  it("refuses dense features that are not the model's", () => {
    expect(() => predictText(model, ["great"])).toThrow("expected the dense features [is_verified]");
    const short = { names: ["is_verified"], values: new Float32Array(1) };
    expect(() => predictText(model, ["great", "dirty"], short)).toThrow("of 2 rows");
  });
});

describe("explainText", () => {
  const dense = { names: ["is_verified"], values: Float32Array.of(1) };

  it("adds up to the log-odds that predictText gives", () => {
    const { logOdds } = predictText(model, unseen.texts, unseen.dense);
    unseen.texts.slice(0, 50).forEach((text, row) => {
      const values = unseen.dense!.values.slice(row, row + 1);
      const explained = explainText(model, model.heads[0]!, text, { names: ["is_verified"], values });
      expect(explained.logOdds).toBeCloseTo(logOdds[0]![row]!, 9);
      const parts = [...explained.words, ...explained.dense].map(({ contribution }) => contribution);
      expect(parts.reduce((sum, part) => sum + part, explained.intercept)).toBeCloseTo(explained.logOdds, 9);
    });
  });

  it("names the words and features that were planted", () => {
    const head = model.heads[0]!;
    const happy = explainText(model, head, "we stayed in the room with great breakfast on floor", dense);
    expect(happy.words[0]!.name).toBe("great");
    expect(happy.words[0]!.contribution).toBeGreaterThan(0);
    expect(happy.dense[0]!.contribution).toBeGreaterThan(0);
    const sad = explainText(model, head, "we stayed in the room with dirty breakfast on floor", dense);
    expect(sad.words[0]!.name).toBe("dirty");
    expect(sad.words[0]!.contribution).toBeLessThan(0);
  });

  it("gives no percentage where there is no ground", () => {
    const { probability, withheld } = explainText(model, model.heads[0]!, "", dense);
    expect(withheld).toBe("empty_text");
    expect(probability).toBeNaN();
  });
});

describe("a saved text model", () => {
  it("predicts the same, bit by bit", async () => {
    const folder = await mkdtemp(join(tmpdir(), "text-model-"));
    await saveTextModel(folder, model);
    const loaded = await loadTextModel(folder);
    expect(predictText(loaded, unseen.texts, unseen.dense)).toEqual(
      predictText(model, unseen.texts, unseen.dense),
    );
    expect(loaded.vocabulary.ngrams).toEqual(model.vocabulary.ngrams);
    await rm(folder, { recursive: true });
  });

  it("is refused when it was cut off, damaged, or is no model", async () => {
    const folder = await mkdtemp(join(tmpdir(), "text-model-"));
    await expect(loadTextModel(folder)).rejects.toThrow(UserError);
    await saveTextModel(folder, model);
    await truncate(join(folder, "weights.bin"), 1000);
    await expect(loadTextModel(folder)).rejects.toThrow("cut off or damaged");
    await truncate(join(folder, "model.json"), 100);
    await expect(loadTextModel(folder)).rejects.toThrow("expected a trained model");
    await rm(folder, { recursive: true });
  });
});
