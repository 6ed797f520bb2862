import { tf, useBackend } from "./backend.js";
import { encode, inputColumns, type Inputs } from "./encoders.js";
import type { Frame } from "./frame.js";
import {
  batchOf,
  firstLayer,
  firstWeights,
  layoutOf,
  parameterTensors,
  upperLayers,
  type FirstLayer,
  type Layout,
  type Tensors,
} from "./network.js";
import type { TabularModel } from "./tabular.js";

/** Why rows have the log-odds (before calibration) that they have: `base` plus the sum of the row's contributions. */
export interface Explanation {
  n: number;
  /** The frame's columns that the model uses. */
  columns: string[];
  /** Mean log-odds of the background rows. */
  base: number;
  /** `n x columns`: by how much each column raises or lowers the row's log-odds. */
  contributions: Float32Array;
}

/** Points on the path at which gradients are taken: the middles of equal steps, as the network's slopes change by jumps. */
const pathPoints = 10;
const rowsAtOnce = 64;

/**
 * Explains predictions by integrated gradients (Sundararajan, Taly & Yan 2017, arXiv 1703.01365), averaged over the
 * model's background rows as in expected gradients (Erion et al. 2021, arXiv 1906.10670).
 *
 * The path runs straight from a background row to the explained one in the space of inputs and embedded numbers, each of
 * which belongs to one column; the explained function is the log-odds of the members' mean probability, so that a row's
 * contributions add up to its log-odds before calibration, less `base`, up to the error of the quadrature (below 1%).
 *
 * @throws UserError for a frame that the model cannot read; see `predictTabular`.
 */
export async function explainTabular(model: TabularModel, frame: Frame): Promise<Explanation> {
  await useBackend();
  const layout = layoutOf(model.spec, model.inputs, model.numbers);
  const columns = model.encoder.columns.map(({ name }) => name);
  const columnOf = inputColumns(model.encoder).map((name) => columns.indexOf(name));
  const groups = model.groups.map((parameters) => parameterTensors(layout, parameters));
  const background = startingPoints(layout, groups, model.background);
  const contributions = new Float32Array(frame.n * columns.length);
  for (let start = 0; start < frame.n; start += rowsAtOnce) {
    const inputs = encode(model.encoder, frame, start, Math.min(frame.n, start + rowsAtOnce));
    const parts = tf.tidy(() => integrate(layout, groups, background, inputs).map((part) => part.dataSync()));
    const [ofInputs, ...ofBlocks] = parts as [Float32Array, ...Float32Array[]];
    for (let i = 0; i < inputs.n; i++) {
      const row = contributions.subarray((start + i) * columns.length);
      columnOf.forEach((column, j) => (row[column]! += ofInputs[i * inputs.d + j]!));
      addBlocks(row, i, layout, ofBlocks);
    }
  }
  tf.dispose([groups, background.layers, background.inputs]);
  return { n: frame.n, columns, base: background.base, contributions };
}

/** Adds what the embedded numbers contribute; the numbers are the first columns, in the order of the blocks. */
function addBlocks(row: Float32Array, i: number, { blocks, spec }: Layout, ofBlocks: Float32Array[]): void {
  let column = 0;
  blocks.forEach((block, b) => {
    const width = block * spec.embedding;
    for (let j = 0; j < width; j++)
      row[column + Math.floor(j / spec.embedding)]! += ofBlocks[b]![i * width + j]!;
    column += block;
  });
}

type Background = {
  inputs: tf.Tensor2D;
  /** Per group. */
  layers: FirstLayer[];
  base: number;
};

function startingPoints(layout: Layout, groups: Tensors[], data: Float32Array): Background {
  const k = data.length / layout.inputs;
  return tf.tidy(() => {
    const batch = batchOf(
      layout,
      data,
      layout.inputs,
      Uint32Array.from({ length: k }, (_, row) => row),
    );
    const layers = groups.map((tensors) => firstLayer(layout, tensors, batch));
    const sums = layers.map((layer) => layer.sums);
    return { inputs: batch.inputs, layers, base: tf.mean(logOdds(groups, sums)).dataSync()[0]! };
  });
}

/** The log-odds of the mean probability of all members of all groups, `n`, from their first sums. */
function logOdds(groups: Tensors[], sums: tf.Tensor[][]): tf.Tensor {
  const logits = groups.flatMap((tensors, g) => upperLayers(tensors, sums[g]!));
  const mean = tf.div(tf.addN(logits.map((x) => tf.sigmoid(x))), logits.length);
  const inside = tf.clipByValue(mean, 1e-7, 1 - 1e-7);
  return tf.sub(tf.log(inside), tf.log(tf.sub(1, inside)));
}

/** Contributions of the inputs, `n x d`, and of each block of embedded numbers, `n x (block * embedding)`. */
function integrate(layout: Layout, groups: Tensors[], background: Background, inputs: Inputs): tf.Tensor[] {
  const rows = Uint32Array.from({ length: inputs.n }, (_, row) => row);
  const batch = batchOf(layout, inputs.data, inputs.d, rows);
  const layers = groups.map((tensors) => firstLayer(layout, tensors, batch));
  const members = layout.spec.members;
  const ends = layers.flatMap((layer) => layer.sums);
  const starts = background.layers.flatMap((layer) => layer.sums);
  const gradients = meanGradients(groups, members, starts, ends);
  const pulled = groups.map((tensors, g) => {
    const weights = Array.from({ length: members }, (_, m) => firstWeights(layout, tensors, m));
    const pull = (of: (weight: (typeof weights)[number]) => tf.Tensor) =>
      tf.addN(weights.map((weight, m) => tf.matMul(gradients[g * members + m]!, of(weight), false, true)));
    return {
      ofInputs: pull(({ ofInputs }) => ofInputs),
      ofBlocks: layout.blocks.map((_, b) => pull(({ ofEmbeddings }) => ofEmbeddings[b]!)),
    };
  });
  const ofInputs = alongPath(background.inputs, batch.inputs, tf.addN(pulled.map((pull) => pull.ofInputs)));
  const ofBlocks = layout.blocks.map((_, b) =>
    tf.addN(
      pulled.map((pull, g) =>
        alongPath(background.layers[g]!.embeddings[b]!, layers[g]!.embeddings[b]!, pull.ofBlocks[b]!),
      ),
    ),
  );
  return [ofInputs, ...ofBlocks];
}

/**
 * Mean over the path of the gradient of the log-odds with respect to each member's first sums: `(n k) x width`, where row
 * `i k + j` belongs to the path from background row j to row i.
 */
function meanGradients(
  groups: Tensors[],
  members: number,
  starts: tf.Tensor[],
  ends: tf.Tensor[],
): tf.Tensor[] {
  const total = (...sums: tf.Tensor[]) =>
    tf.sum(
      logOdds(
        groups,
        groups.map((_, g) => sums.slice(g * members, (g + 1) * members)),
      ),
    );
  const gradient = tf.grads(total);
  const alongside = Array.from({ length: pathPoints }, (_, p) =>
    gradient(ends.map((end, s) => between(starts[s]!, end, (p + 0.5) / pathPoints))),
  );
  return ends.map((_, s) => tf.div(tf.addN(alongside.map((gradients) => gradients[s]!)), pathPoints));
}

/** Points that lie the share `at` of the way from each of `k` starts to each of `n` ends: `(n k) x width`. */
function between(starts: tf.Tensor, ends: tf.Tensor, at: number): tf.Tensor {
  const [k, width] = starts.shape as [number, number];
  const n = ends.shape[0];
  const sum = tf.add(
    tf.mul(tf.reshape(ends, [n, 1, width]), at),
    tf.mul(tf.reshape(starts, [1, k, width]), 1 - at),
  );
  return tf.reshape(sum, [n * k, width]);
}

/** Mean over the starts of (end - start) times the mean gradient on the way: `n x width`. */
function alongPath(starts: tf.Tensor, ends: tf.Tensor, gradients: tf.Tensor): tf.Tensor {
  const [k, width] = starts.shape as [number, number];
  const n = ends.shape[0];
  const way = tf.sub(tf.reshape(ends, [n, 1, width]), tf.reshape(starts, [1, k, width]));
  return tf.mean(tf.mul(way, tf.reshape(gradients, [n, k, width])), 1);
}
