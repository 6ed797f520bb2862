import { beforeAll, describe, expect, it } from "vitest";
import { tf, useBackend } from "../../src/ml/backend.js";
import { lossGradient } from "../../src/ml/gradient.js";
import { clip } from "../../src/ml/ensemble.js";
import {
  batchOf,
  firstLayer,
  initialParameters,
  layoutOf,
  parameterTensors,
  upperLayers,
} from "../../src/ml/network.js";
import { networkSpec } from "../../src/ml/spec.js";
import { Random } from "../../src/stats/random.js";

beforeAll(() => useBackend("wasm"));

describe("lossGradient", () => {
  for (const { inputs: d, numbers } of [
    { inputs: 7, numbers: 7 },
    { inputs: 21, numbers: 11 },
    { inputs: 5, numbers: 0 },
  ]) {
    it(`is what TensorFlow.js differentiates the network to, for ${numbers} numbers among ${d} inputs`, () => {
      const random = new Random(`gradient ${d}`);
      const spec = networkSpec.parse({ width: 12, dropout: 0 });
      const layout = layoutOf(spec, d, numbers);
      const parameters = initialParameters(layout, -1, random).map((value) => value + 0.1 * random.normal());
      const n = 40;
      const data = Float32Array.from({ length: n * d }, () => random.normal());
      const labels = Uint8Array.from({ length: n }, () => random.integer(2));
      const rows = Uint32Array.from({ length: n }, (_, row) => n - 1 - row);
      const gradient = lossGradient(layout, parameters, { n, d, numbers, data }, labels, rows, random);
      tf.tidy(() => {
        const tensors = parameterTensors(layout, parameters);
        const truth = tf.tensor2d(
          Float32Array.from(rows, (row) => labels[row]!),
          [n, 1],
        );
        const batch = batchOf(layout, data, d, rows);
        const loss = (...values: tf.Tensor[]) => {
          const named = Object.fromEntries(layout.parameters.map(({ name }, i) => [name, values[i]!]));
          const losses = upperLayers(named, firstLayer(layout, named, batch).sums).map((logits) =>
            tf.mean(tf.sub(tf.softplus(logits), tf.mul(truth, logits))),
          );
          return tf.addN(losses);
        };
        const expected = tf.grads(loss)(Object.values(tensors));
        layout.parameters.forEach(({ name, offset }, i) => {
          expected[i]!.dataSync().forEach((value, k) => {
            expect(Math.abs(gradient[offset + k]! - value), name).toBeLessThan(2e-6 + 1e-4 * Math.abs(value));
          });
        });
      });
    });
  }

  it("leaves no memory behind", () => {
    const random = new Random("memory");
    const layout = layoutOf(networkSpec.parse({}), 4, 2);
    const data = Float32Array.from({ length: 40 }, () => random.normal());
    const before = tf.memory().numTensors;
    const rows = Uint32Array.of(0, 3, 9);
    lossGradient(
      layout,
      initialParameters(layout, 0, random),
      { n: 10, d: 4, numbers: 2, data },
      new Uint8Array(10),
      rows,
      random,
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("clip", () => {
  it("shortens a long gradient without turning it, and leaves others alone", () => {
    expect([...clip(Float32Array.of(30, 40), 5)]).toEqual([3, 4]);
    expect([...clip(Float32Array.of(3, -1), 5)]).toEqual([3, -1]);
  });
});
