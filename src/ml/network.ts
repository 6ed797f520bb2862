import type { Random } from "../stats/random.js";
import { tf } from "./backend.js";
import type { NetworkSpec } from "./spec.js";

/** Numbers are embedded in blocks of this many, by one block-diagonal product each. */
const blockNumbers = 8;

/** One tensor among the parameters of a group. */
export interface Parameter {
  name: string;
  shape: number[];
  /** Where it begins in the flat vector of all parameters. */
  offset: number;
  size: number;
  /** Its learning rate, in multiples of the common one. */
  rate: number;
  /** Whether weight decay applies. */
  decays: boolean;
}

/** The shape of one group: members that share an embedding of the numbers. All groups share a scale of the inputs. */
export interface Layout {
  spec: NetworkSpec;
  inputs: number;
  /** How many numbers each block of the embedding takes; they are the first of the inputs. */
  blocks: number[];
  /** Values per row that the members see: its inputs and the embeddings of its numbers. */
  features: number;
  parameters: Parameter[];
  /** Numbers in all parameters; the first `sharedSize` of them, one a feature, are the scale that all groups have in common. */
  size: number;
  sharedSize: number;
}

export type Tensors = Record<string, tf.Tensor>;

/** Lays out a group's parameters for rows of `inputs` values, of which the first `numbers` are scaled numbers. */
export function layoutOf(spec: NetworkSpec, inputs: number, numbers: number): Layout {
  const { width, frequencies, embedding } = spec;
  const count = Math.ceil(numbers / blockNumbers);
  const blocks = Array.from({ length: count }, (_, b) => Math.ceil((numbers - b) / count));
  const parameters: Parameter[] = [];
  let size = 0;
  function add(name: string, shape: number[], { rate = 1, decays = false } = {}): void {
    const length = tf.util.sizeFromShape(shape);
    parameters.push({ name, shape, offset: size, size: length, rate, decays });
    size += length;
  }
  add("scale", [inputs, 1], { rate: 5 });
  blocks.forEach((block, b) => add(`mix_scale.${b}`, [block * embedding, 1], { rate: 5 }));
  const sharedSize = size;
  blocks.forEach((block, b) => {
    add(`frequency.${b}`, [block, frequencies], { rate: 3 });
    add(`phase.${b}`, [block, frequencies]);
    add(`mix.${b}`, [block, frequencies, 1, embedding]);
    add(`mix_bias.${b}`, [block * embedding]);
  });
  // A member's weights of all features lie side by side: `memberParameters` takes them as one matrix.
  for (let m = 0; m < spec.members; m++) {
    add(`hidden1.${m}`, [inputs, width], { decays: true });
    blocks.forEach((block, b) => add(`hidden1.${m}.${b}`, [block * embedding, width], { decays: true }));
    add(`hidden1_bias.${m}`, [width]);
    add(`hidden2.${m}`, [width, width], { decays: true });
    add(`hidden2_bias.${m}`, [width]);
    add(`output.${m}`, [width, 1]);
    add(`output_bias.${m}`, [1]);
  }
  return { spec, inputs, blocks, features: inputs + numbers * embedding, parameters, size, sharedSize };
}

/**
 * Draws a group's first parameters: weights N(0, 1 / fan-in), frequencies log-uniform in 0.1 to 2, phases
 * uniform in +-pi, scales 1, hidden biases 0, output biases at `logOdds`, those of the base rate.
 */
export function initialParameters(layout: Layout, logOdds: number, random: Random): Float32Array {
  const { embedding, frequencies, width } = layout.spec;
  const fanIn = layout.inputs + embedding * layout.blocks.reduce((sum, block) => sum + block, 0);
  const normal = (fan: number) => () => random.normal() / Math.sqrt(fan);
  const draws: Record<string, () => number> = {
    scale: () => 1,
    mix_scale: () => 1,
    frequency: () => 0.1 * 20 ** random.uniform(),
    phase: () => Math.PI * (2 * random.uniform() - 1),
    mix: normal(frequencies),
    hidden1: normal(fanIn),
    hidden2: normal(width),
    output: normal(width),
    output_bias: () => logOdds,
  };
  const values = new Float32Array(layout.size);
  for (const { name, offset, size } of layout.parameters) {
    const draw = draws[name.split(".")[0] as string] ?? (() => 0);
    for (let i = 0; i < size; i++) values[offset + i] = draw();
  }
  return values;
}

/** Parameters by name: views of one flat vector. */
export type Parameters = Record<string, Float32Array>;

export function parametersByName({ parameters }: Layout, values: Float32Array): Parameters {
  return Object.fromEntries(
    parameters.map(({ name, offset, size }) => [name, values.subarray(offset, offset + size)]),
  );
}

/** The parameters of one member: views of one flat vector. */
export interface MemberParameters {
  /** `features x width` and `width`. */
  hidden1: Float32Array;
  bias1: Float32Array;
  /** `width x width` and `width`. */
  hidden2: Float32Array;
  bias2: Float32Array;
  output: Float32Array;
  outputBias: Float32Array;
}

export function memberParameters(layout: Layout, values: Float32Array, member: number): MemberParameters {
  const view = (name: string, size?: number) => {
    const parameter = layout.parameters.find((candidate) => candidate.name === `${name}.${member}`)!;
    return values.subarray(parameter.offset, parameter.offset + (size ?? parameter.size));
  };
  return {
    hidden1: view("hidden1", layout.features * layout.spec.width),
    bias1: view("hidden1_bias"),
    hidden2: view("hidden2"),
    bias2: view("hidden2_bias"),
    output: view("output"),
    outputBias: view("output_bias"),
  };
}

/** The parameters as tensors, by name; the caller disposes of them. */
export function parameterTensors({ parameters }: Layout, values: Float32Array): Tensors {
  return Object.fromEntries(
    parameters.map(({ name, shape, offset, size }) => [
      name,
      tf.tensor(values.slice(offset, offset + size), shape),
    ]),
  );
}

/** Rows on their way into the network: `inputs`, `n x d`, and per block of numbers 2 pi times these, `n x block x 1`. */
export interface Batch {
  inputs: tf.Tensor2D;
  blocks: tf.Tensor3D[];
}

/** Puts rows into tensors; `rows` are indices into `data`, which is `d` wide. */
export function batchOf({ blocks }: Layout, data: Float32Array, d: number, rows: ArrayLike<number>): Batch {
  const n = rows.length;
  const inputs = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    const start = (rows[i] as number) * d;
    inputs.set(data.subarray(start, start + d), i * d);
  }
  let first = 0;
  const numbers = blocks.map((block) => {
    const values = new Float32Array(n * block);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < block; j++)
        values[i * block + j] = 2 * Math.PI * (inputs[i * d + first + j] as number);
    first += block;
    return tf.tensor3d(values, [n, block, 1]);
  });
  return { inputs: tf.tensor2d(inputs, [n, d]), blocks: numbers };
}

/** Draws what dropout multiplies a hidden layer of `n` rows by: 0 with the chance of dropout, to the nearest 256th, else what keeps the mean at 1. */
export function dropoutMask({ spec }: Layout, n: number, random: Random): Float32Array {
  const dropped = Math.round(spec.dropout * 256);
  const factors = new Float32Array(256).fill(256 / (256 - dropped)).fill(0, 0, dropped);
  const mask = new Float32Array(n * spec.width);
  let bits = 0;
  for (let i = 0; i < mask.length; i++) {
    bits = i % 4 === 0 ? random.uint32() : bits >>> 8;
    mask[i] = factors[bits & 255]!;
  }
  return mask;
}

/** The rows' embedded numbers, `n x (block * embedding)` per block, and each member's first sums, `n x width`. */
export type FirstLayer = {
  embeddings: tf.Tensor[];
  sums: tf.Tensor[];
};

/**
 * What is linear in the inputs and the embedded numbers: the first hidden layer before its rectification.
 *
 * Per number, learnt cosines mixed down to a few values (periodic embeddings: Gorishniy, Rubachev & Babenko 2022, arXiv
 * 2203.05556) beside the inputs, all times a learnt scale (Holzmüller et al. 2024, arXiv 2407.04491); two hidden layers
 * of rectified units per member follow.
 */
export function firstLayer(layout: Layout, tensors: Tensors, { inputs, blocks }: Batch): FirstLayer {
  const embeddings = blocks.map((numbers, b) => embed(numbers, tensors, b));
  const sums = Array.from({ length: layout.spec.members }, (_, m) => {
    const { ofInputs, ofEmbeddings, bias } = firstWeights(layout, tensors, m);
    const sum = tf.fused.matMul({ a: inputs, b: ofInputs, bias });
    return embeddings.reduce(
      (total, embedded, b) => tf.add(total, tf.matMul(embedded, ofEmbeddings[b]!)),
      sum,
    );
  });
  return { embeddings, sums };
}

/** A member's first weights times the learnt scale: `inputs x width`, and `(block * embedding) x width` per block. */
export function firstWeights({ blocks }: Layout, tensors: Tensors, member: number) {
  return {
    ofInputs: tf.mul(tensors["scale"]!, tensors[`hidden1.${member}`]!),
    ofEmbeddings: blocks.map((_, b) =>
      tf.mul(tensors[`mix_scale.${b}`]!, tensors[`hidden1.${member}.${b}`]!),
    ),
    bias: tensors[`hidden1_bias.${member}`]!,
  };
}

/** Each member's log-odds, `n x 1`, from its first sums. */
export function upperLayers(tensors: Tensors, sums: tf.Tensor[]): tf.Tensor[] {
  return sums.map((sum, m) => {
    const [b, bias] = [tensors[`hidden2.${m}`]!, tensors[`hidden2_bias.${m}`]!];
    const hidden2 = tf.fused.matMul({ a: tf.relu(sum), b, bias, activation: "relu" });
    return tf.fused.matMul({ a: hidden2, b: tensors[`output.${m}`]!, bias: tensors[`output_bias.${m}`]! });
  });
}

/** `cos(2 pi u w + b)` of each number of a block, mixed down by that number's own matrix: `n x (block * embedding)`. */
function embed(numbers: tf.Tensor3D, tensors: Tensors, block: number): tf.Tensor {
  const [n, count] = numbers.shape;
  const mix = tensors[`mix.${block}`]!;
  const [, frequencies = 0, , width = 0] = mix.shape;
  const angles = tf.add(tf.mul(numbers, tensors[`frequency.${block}`]!), tensors[`phase.${block}`]!);
  const cosines = tf.reshape(tf.cos(angles), [n, count * frequencies]);
  const identity = tf.reshape(tf.eye(count), [count, 1, count, 1]);
  const diagonal = tf.reshape(tf.mul(mix, identity), [count * frequencies, count * width]);
  return tf.fused.matMul({ a: cosines, b: diagonal, bias: tensors[`mix_bias.${block}`]! });
}
