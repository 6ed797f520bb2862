import { tf } from "./backend.js";
import { interpolateEmbeddings, tabulateEmbeddings, type EmbeddingTable } from "./embedding-table.js";
import type { Inputs } from "./encoders.js";
import { memberParameters, type Layout } from "./network.js";

/** Groups as scoring needs them: the table of their embeddings, and their members' tensors, the scale multiplied in. */
export interface ScoringGroups {
  table: EmbeddingTable;
  members: MemberTensors[][];
}

interface MemberTensors {
  hidden1: tf.Tensor2D;
  bias1: tf.Tensor1D;
  hidden2: tf.Tensor2D;
  bias2: tf.Tensor1D;
  output: tf.Tensor2D;
  outputBias: tf.Tensor1D;
}

const scoringRows = 2048;

/** Prepares groups for scoring; `disposeGroups` frees them. */
export function scoringGroups(
  layout: Layout,
  groups: readonly Float32Array[],
  table = tabulateEmbeddings(layout, groups),
): ScoringGroups {
  return { table, members: groups.map((parameters) => membersOf(layout, parameters)) };
}

function membersOf(layout: Layout, parameters: Float32Array): MemberTensors[] {
  const { features, spec } = layout;
  const { width } = spec;
  const scale = parameters.subarray(0, features);
  return Array.from({ length: spec.members }, (_, m) => {
    const member = memberParameters(layout, parameters, m);
    const scaled = member.hidden1.map((weight, i) => weight * scale[Math.floor(i / width)]!);
    return {
      hidden1: tf.tensor2d(scaled, [features, width]),
      bias1: tf.tensor1d(member.bias1),
      hidden2: tf.tensor2d(member.hidden2, [width, width]),
      bias2: tf.tensor1d(member.bias2),
      output: tf.tensor2d(member.output, [width, 1]),
      outputBias: tf.tensor1d(member.outputBias),
    };
  });
}

/** Mean probability of all groups' members for each of the `n` rows. */
export function predictGroups({ table, members }: ScoringGroups, inputs: Inputs): Float32Array {
  const { d, numbers } = inputs;
  const probabilities = new Float32Array(inputs.n);
  for (let start = 0; start < inputs.n; start += scoringRows) {
    const n = Math.min(scoringRows, inputs.n - start);
    const data = inputs.data.subarray(start * d, (start + n) * d);
    const features = interpolateEmbeddings(table, { n, d, numbers, data });
    const mean = tf.tidy(() => {
      const ofMembers = members.flatMap((group, g) => {
        const x = tf.tensor2d(features[g]!, [n, features[g]!.length / n]);
        return group.map((member) => memberProbability(x, member));
      });
      return tf.div(tf.addN(ofMembers), ofMembers.length);
    });
    probabilities.set(mean.dataSync(), start);
    mean.dispose();
  }
  return probabilities;
}

/** Mean probability of one group's members for some rows, while the group is in training. */
export function predictGroup(
  layout: Layout,
  parameters: Float32Array,
  { d, numbers, data }: Inputs,
  rows: Uint32Array,
): Float32Array {
  const chosen = new Float32Array(rows.length * d);
  rows.forEach((row, i) => chosen.set(data.subarray(row * d, (row + 1) * d), i * d));
  const groups = scoringGroups(layout, [parameters]);
  const probabilities = predictGroups(groups, { n: rows.length, d, numbers, data: chosen });
  disposeGroups(groups);
  return probabilities;
}

export function disposeGroups({ members }: ScoringGroups): void {
  for (const member of members.flat()) tf.dispose({ ...member });
}

function memberProbability(x: tf.Tensor2D, member: MemberTensors): tf.Tensor {
  const { hidden1, bias1, hidden2, bias2, output, outputBias } = member;
  const first = tf.fused.matMul({ a: x, b: hidden1, bias: bias1, activation: "relu" });
  const second = tf.fused.matMul({ a: first, b: hidden2, bias: bias2, activation: "relu" });
  return tf.sigmoid(tf.fused.matMul({ a: second, b: output, bias: outputBias }));
}
