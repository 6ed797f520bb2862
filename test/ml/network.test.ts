import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { sigmoid } from "../../src/ml/calibration.js";
import { lossGradient } from "../../src/ml/gradient.js";
import { predictGroup } from "../../src/ml/group.js";
import { dropoutMask, initialParameters, layoutOf } from "../../src/ml/network.js";
import { Random } from "../../src/stats/random.js";
import { networkSpec } from "../../src/ml/spec.js";

const spec = networkSpec.parse({ members: 2, width: 5, frequencies: 3, embedding: 2, dropout: 0 });
const [n, d, numbers] = [12, 13, 10];
const layout = layoutOf(spec, d, numbers);
const random = new Random("network test");
const parameters = initialParameters(layout, 0.3, random).map((value) => value + 0.1 * random.normal());
const inputs = { n, d, numbers, data: Float32Array.from({ length: n * d }, () => random.normal()) };
const labels = Uint8Array.from({ length: n }, () => random.integer(2));
const rows = Uint32Array.from({ length: n }, (_, row) => row);

/** The log-odds of one member for one row, written out number by number. */
function logOdds(row: Float32Array, member: number): number {
  const value = (name: string, index: number) => {
    const { offset } = layout.parameters.find((parameter) => parameter.name === name)!;
    return parameters[offset + index]!;
  };
  const { width, frequencies, embedding } = spec;
  const sum = (count: number, f: (i: number) => number) =>
    Array.from({ length: count }, (_, i) => f(i)).reduce((total, x) => total + x, 0);
  const starts = layout.blocks.map((_, b) => sum(b, (before) => layout.blocks[before]!));
  const embedded = layout.blocks.map((block, b) =>
    Array.from({ length: block * embedding }, (_, column) => {
      const j = Math.floor(column / embedding);
      const cosine = (f: number) =>
        Math.cos(
          2 * Math.PI * row[starts[b]! + j]! * value(`frequency.${b}`, j * frequencies + f) +
            value(`phase.${b}`, j * frequencies + f),
        );
      const weight = (f: number) =>
        value(`mix.${b}`, (j * frequencies + f) * embedding + (column % embedding));
      return value(`mix_bias.${b}`, column) + sum(frequencies, (f) => cosine(f) * weight(f));
    }),
  );
  const hidden1 = Array.from({ length: width }, (_, h) => {
    const ofInputs = sum(d, (j) => row[j]! * value("scale", j) * value(`hidden1.${member}`, j * width + h));
    const ofNumbers = sum(embedded.length, (b) =>
      sum(
        embedded[b]!.length,
        (j) => embedded[b]![j]! * value(`mix_scale.${b}`, j) * value(`hidden1.${member}.${b}`, j * width + h),
      ),
    );
    return Math.max(0, value(`hidden1_bias.${member}`, h) + ofInputs + ofNumbers);
  });
  const hidden2 = Array.from({ length: width }, (_, h) =>
    Math.max(
      0,
      value(`hidden2_bias.${member}`, h) +
        sum(width, (j) => hidden1[j]! * value(`hidden2.${member}`, j * width + h)),
    ),
  );
  return value(`output_bias.${member}`, 0) + sum(width, (j) => hidden2[j]! * value(`output.${member}`, j));
}

const rowOf = (row: number) => inputs.data.subarray(row * d, (row + 1) * d);

beforeAll(() => useBackend("wasm"));

describe("the network", () => {
  it("computes what its formulas say", () => {
    const predicted = predictGroup(layout, parameters, inputs, rows);
    rows.forEach((row) => {
      const expected = (sigmoid(logOdds(rowOf(row), 0)) + sigmoid(logOdds(rowOf(row), 1))) / 2;
      expect(predicted[row]).toBeCloseTo(expected, 5);
    });
  });

  it("has the gradient that finite differences give", () => {
    const gradient = lossGradient(layout, parameters, inputs, labels, rows, random);
    const loss = () =>
      rows.reduce((total, row) => {
        const loss = (x: number) => Math.log1p(Math.exp(x)) - labels[row]! * x;
        return total + (loss(logOdds(rowOf(row), 0)) + loss(logOdds(rowOf(row), 1))) / n;
      }, 0);
    for (const { name, offset, size } of layout.parameters) {
      const index = offset + random.integer(size);
      const [before, step] = [parameters[index]!, 1e-3];
      parameters[index] = before + step;
      const above = loss();
      parameters[index] = before - step;
      const below = loss();
      parameters[index] = before;
      expect(Math.abs(gradient[index]! - (above - below) / (2 * step)), name).toBeLessThan(2e-3);
    }
  });

  it("embeds many numbers in blocks of eight at most, in order", () => {
    expect(layout.blocks).toEqual([5, 5]);
    expect(layoutOf(spec, 30, 19).blocks).toEqual([7, 6, 6]);
    expect(layoutOf(spec, 3, 0).blocks).toEqual([]);
  });

  it("drops out the share asked for and keeps the mean", () => {
    const wide = layoutOf(networkSpec.parse({ dropout: 0.4 }), d, numbers);
    const values = dropoutMask(wide, 2000, random);
    const share = values.filter((value) => value === 0).length / values.length;
    expect(share).toBeCloseTo(0.4, 2);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(1, 2);
  });
});
