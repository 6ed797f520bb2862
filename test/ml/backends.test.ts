import { describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { lossGradient } from "../../src/ml/gradient.js";
import { initialParameters, layoutOf } from "../../src/ml/network.js";
import { networkSpec } from "../../src/ml/spec.js";
import { predictTabular, trainTabular } from "../../src/ml/tabular.js";
import { Random } from "../../src/stats/random.js";
import { predictText } from "../../src/ml/text-prediction.js";
import { trainTextModel } from "../../src/ml/text-training.js";
import { plantedReviews } from "./planted-texts.js";
import { plantedWorld } from "./planted-world.js";

const hasNative = await useBackend("native").then(
  () => true,
  () => false,
);
const spec = networkSpec.parse({ groups: 2, epochs: 6 });

describe.skipIf(!hasNative)("the native backend, where it is installed", () => {
  it("predicts within 1e-4 of what WebAssembly does", async () => {
    await useBackend("wasm");
    const { frame, labels } = plantedWorld(1000, "backends");
    const { model } = await trainTabular(frame, labels, { spec, seed: 1 });
    const onWasm = await predictTabular(model, frame);
    await useBackend("native");
    const onNative = await predictTabular(model, frame);
    expect(Math.max(...onNative.map((p, row) => Math.abs(p - onWasm[row]!)))).toBeLessThan(1e-4);
  });

  it("trains a text model whose probabilities are within 1e-4 of those of WebAssembly", async () => {
    const [reviews, unseen] = [plantedReviews(600, "backends"), plantedReviews(300, "unseen")];
    const trainedOn = async (backend: "wasm" | "native") => {
      await useBackend(backend);
      const model = trainTextModel(reviews, { seed: 1, minimumWords: 3 });
      return predictText(model, unseen.texts, unseen.dense).probabilities[0]!;
    };
    const [onWasm, onNative] = [await trainedOn("wasm"), await trainedOn("native")];
    expect(onNative.every(Number.isFinite)).toBe(true);
    expect(Math.max(...onNative.map((p, row) => Math.abs(p - onWasm[row]!)))).toBeLessThan(1e-4);
  });

  it("has the same gradient", async () => {
    const random = new Random("backends");
    const [n, d, numbers] = [50, 9, 6];
    const layout = layoutOf(spec, d, numbers);
    const parameters = initialParameters(layout, 0, random);
    const inputs = { n, d, numbers, data: Float32Array.from({ length: n * d }, () => random.normal()) };
    const labels = Uint8Array.from({ length: n }, () => random.integer(2));
    const rows = Uint32Array.from(labels.keys());
    const gradientOn = async (backend: "wasm" | "native") => {
      await useBackend(backend);
      return lossGradient(layout, parameters, inputs, labels, rows, new Random("dropout"));
    };
    const [onWasm, onNative] = [await gradientOn("wasm"), await gradientOn("native")];
    expect(Math.max(...onNative.map((slope, i) => Math.abs(slope - onWasm[i]!)))).toBeLessThan(1e-5);
  });
});
