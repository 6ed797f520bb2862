import { tf } from "./backend.js";
import { interpolateEmbeddings, tabulateEmbedding, type EmbeddingTable } from "./embedding-table.js";
import type { Inputs } from "./encoders.js";
import { memberParameters, type Layout } from "./network.js";

/** A group as scoring needs it: the tables of its embeddings, and its members' tensors, the scale multiplied in. */
export interface ScoringGroup {
  table: EmbeddingTable;
  members: MemberTensors[];
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

/** Prepares a group for scoring; `disposeGroup` frees it. */
export function scoringGroup(
  layout: Layout,
  parameters: Float32Array,
  table = tabulateEmbedding(layout, parameters),
): ScoringGroup {
  const { features, spec } = layout;
  const { width } = spec;
  const scale = parameters.subarray(0, features);
  const members = Array.from({ length: spec.members }, (_, m): MemberTensors => {
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
  return { table, members };
}

/** Mean probability of all groups' members for rows `rows` of the inputs. */
export function predictGroups(
  layout: Layout,
  groups: readonly ScoringGroup[],
  inputs: Inputs,
  rows: Uint32Array,
): Float32Array {
  const { d, numbers } = inputs;
  const width = layout.features;
  const members = groups.reduce((sum, group) => sum + group.members.length, 0);
  const probabilities = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += scoringRows) {
    const part = rows.subarray(start, start + scoringRows);
    const n = part.length;
    const features = new Float32Array(n * width);
    part.forEach((row, i) => features.set(inputs.data.subarray(row * d, (row + 1) * d), i * width));
    const sum = tf.tidy(() => {
      const ofMembers = groups.flatMap((group) => {
        interpolateEmbeddings(group.table, { n, d, numbers }, features);
        const x = tf.tensor2d(features.slice(), [n, width]);
        return group.members.map((member) => memberProbability(x, member));
      });
      return tf.div(tf.addN(ofMembers), members);
    });
    probabilities.set(sum.dataSync(), start);
    sum.dispose();
  }
  return probabilities;
}

/** Mean probability of one group's members for some rows, while the group is in training. */
export function predictGroup(
  layout: Layout,
  parameters: Float32Array,
  inputs: Inputs,
  rows: ArrayLike<number>,
): Float32Array {
  const group = scoringGroup(layout, parameters);
  const probabilities = predictGroups(layout, [group], inputs, Uint32Array.from(rows));
  disposeGroup(group);
  return probabilities;
}

export function disposeGroup({ members }: ScoringGroup): void {
  for (const member of members) tf.dispose({ ...member });
}

function memberProbability(x: tf.Tensor2D, member: MemberTensors): tf.Tensor {
  const { hidden1, bias1, hidden2, bias2, output, outputBias } = member;
  const first = tf.fused.matMul({ a: x, b: hidden1, bias: bias1, activation: "relu" });
  const second = tf.fused.matMul({ a: first, b: hidden2, bias: bias2, activation: "relu" });
  return tf.sigmoid(tf.fused.matMul({ a: second, b: output, bias: outputBias }));
}
