import { tf } from "./backend.js";
import { logit } from "./calibration.js";
import { embedRows } from "./embedding.js";
import { inputColumns, type Encoder, type Inputs } from "./encoders.js";
import { layoutOf, memberParameters, parametersByName, type Layout } from "./network.js";
import type { TabularModel } from "./tabular.js";

/** A member of the ensemble, ready for paths from `k` background rows; its first sums are linear in the features. */
type Member = {
  group: number;
  /** `features x width`, the learnt scale in it, and its transpose. */
  hidden1: tf.Tensor2D;
  hidden1Transposed: tf.Tensor2D;
  bias1: tf.Tensor1D;
  hidden2: tf.Tensor2D;
  bias2: tf.Tensor1D;
  output: tf.Tensor2D;
  outputBias: tf.Tensor1D;
  /** `width x width`: from the slopes of the second layer's units back to the units of the first. */
  back: tf.Tensor2D;
  /** `k x width`: the background rows' first sums. */
  starts: tf.Tensor2D;
  /** `(k * width) x columns`: what each column of a background row puts into its first sums, divided by `k`. */
  ofStarts: tf.Tensor2D;
};

/** A model's log-odds (those of the members' mean probability) and the background rows that its paths start from. */
export interface PathModel {
  layout: Layout;
  groups: readonly Float32Array[];
  members: Member[];
  /** `features x columns`: 1 where a feature comes from a column. */
  columnOf: tf.Tensor2D;
  /** How many background rows there are. */
  k: number;
  /** Mean log-odds of the background rows. */
  base: number;
  dispose(): void;
}

/** Contributions that one quadrature gives, and the log-odds that they should add up to. */
export interface Integral {
  /** `n x columns`. */
  contributions: Float32Array;
  /** `n`. */
  logOdds: Float32Array;
}

/** Puts a model and its background rows into tensors; the caller disposes of them. */
export function pathModel(model: TabularModel): PathModel {
  const layout = layoutOf(model.spec, model.inputs, model.numbers);
  const k = model.background.length / model.inputs;
  const background = { n: k, d: model.inputs, numbers: model.numbers, data: model.background };
  const columnOf = columnsOfFeatures(model.encoder, layout);
  const members = model.groups.flatMap((parameters, group) => {
    const rows = featuresOf(layout, parameters, background);
    const made = Array.from({ length: layout.spec.members }, (_, m) =>
      tf.tidy(() => pathMember(layout, parameters, group, m, rows, columnOf)),
    );
    rows.dispose();
    return made;
  });
  const starts = tf.tidy(() =>
    logOddsOf(members.map((member) => unitsOf(member, member.starts).probability)),
  );
  const base = starts.reduce((sum, value) => sum + value, 0) / k;
  const dispose = () => tf.dispose([columnOf, members]);
  return { layout, groups: model.groups, members, columnOf, k, base, dispose };
}

function pathMember(
  layout: Layout,
  parameters: Float32Array,
  group: number,
  index: number,
  background: tf.Tensor2D,
  columnOf: tf.Tensor2D,
): Member {
  const { width } = layout.spec;
  const { hidden1, bias1, hidden2, bias2, output, outputBias } = memberParameters(layout, parameters, index);
  const scale = tf.tensor2d(parameters.slice(0, layout.features), [layout.features, 1]);
  const weights: tf.Tensor2D = tf.mul(scale, tf.tensor2d(hidden1.slice(), [layout.features, width]));
  const transposed: tf.Tensor2D = tf.transpose(weights);
  const [k] = background.shape;
  const parts = tf.mul(
    tf.reshape(background, [k, 1, layout.features]),
    tf.reshape(transposed, [1, width, layout.features]),
  );
  const second = tf.tensor2d(hidden2.slice(), [width, width]);
  const outward = tf.tensor2d(output.slice(), [width, 1]);
  const bias = tf.tensor1d(bias1.slice());
  const starts: tf.Tensor2D = tf.add(tf.matMul(background, weights), bias);
  const perColumn = tf.matMul(tf.reshape<tf.Rank.R2>(parts, [k * width, layout.features]), columnOf);
  return {
    group,
    hidden1: weights,
    hidden1Transposed: transposed,
    bias1: bias,
    hidden2: second,
    bias2: tf.tensor1d(bias2.slice()),
    output: outward,
    outputBias: tf.tensor1d(outputBias.slice()),
    back: tf.mul(outward, tf.transpose(second)),
    starts,
    ofStarts: tf.div(perColumn, k),
  };
}

/** Rows as a group's members see them: `n x features`. */
function featuresOf(layout: Layout, parameters: Float32Array, inputs: Inputs): tf.Tensor2D {
  const rows = Uint32Array.from({ length: inputs.n }, (_, row) => row);
  const { features } = embedRows(layout, parametersByName(layout, parameters), inputs, rows);
  return tf.tensor2d(features, [inputs.n, layout.features]);
}

function columnsOfFeatures(encoder: Encoder, { inputs, features, spec }: Layout): tf.Tensor2D {
  const names = encoder.columns.map(({ name }) => name);
  const ofInputs = inputColumns(encoder).map((name) => names.indexOf(name));
  const indicators = new Float32Array(features * names.length);
  for (let feature = 0; feature < features; feature++) {
    // Numbers are the encoder's first columns, in the order of their embeddings.
    const column = ofInputs[feature] ?? Math.floor((feature - inputs) / spec.embedding);
    indicators[feature * names.length + column] = 1;
  }
  return tf.tensor2d(indicators, [features, names.length]);
}

/**
 * Integrates the gradient of the log-odds along the straight paths from each background row to each of `n` rows, in the
 * space of inputs and embedded numbers, by the midpoint rule with `steps` points: the slopes of a rectified network change by
 * jumps, which rules of higher order do not serve better.
 */
export function integratePaths(model: PathModel, inputs: Inputs, steps: number): Integral {
  const { layout, groups, members, columnOf, k } = model;
  const { width } = layout.spec;
  const { n } = inputs;
  return tf.tidy(() => {
    const features = groups.map((parameters) => featuresOf(layout, parameters, inputs));
    const ends = members.map(({ group, hidden1, bias1 }): tf.Tensor2D =>
      tf.add(tf.matMul(features[group]!, hidden1), bias1),
    );
    const slopes = meanSlopes(members, ends, k, steps);
    const perGroup = features.map((rows, group) => {
      const pulled = members.flatMap((member, m) =>
        member.group === group
          ? [
              tf.matMul(
                tf.mean<tf.Tensor2D>(tf.reshape(slopes[m]!, [n, k, width]), 1),
                member.hidden1Transposed,
              ),
            ]
          : [],
      );
      return tf.matMul(tf.mul<tf.Tensor2D>(rows, tf.addN(pulled)), columnOf);
    });
    const starts = members.map(({ ofStarts }, m) =>
      tf.matMul(tf.reshape<tf.Rank.R2>(slopes[m]!, [n, k * width]), ofStarts),
    );
    return {
      contributions: tf.sub(tf.addN(perGroup), tf.addN(starts)).dataSync<"float32">(),
      logOdds: logOddsOf(members.map((member, m) => unitsOf(member, ends[m]!).probability)),
    };
  });
}

/**
 * Per member, the mean over each path of the slope of the log-odds by its first sums: `(n k) x width`, where row `i k + j`
 * belongs to the path from background row j to row i.
 */
function meanSlopes(members: readonly Member[], ends: readonly tf.Tensor2D[], k: number, steps: number) {
  const total = members.map(({ starts }, m) =>
    tf.zeros<tf.Rank.R2>([ends[m]!.shape[0] * k, starts.shape[1]]),
  );
  for (let step = 0; step < steps; step++) {
    const at = (step + 0.5) / steps;
    const sums = tf.tidy(() =>
      slopesOf(
        members,
        members.map(({ starts }, m) => between(starts, ends[m]!, at)),
      ).map((slopes, m) => tf.add<tf.Tensor2D>(total[m]!, slopes)),
    );
    tf.dispose(total.splice(0, total.length, ...sums));
  }
  return total.map((sum) => tf.div<tf.Tensor2D>(sum, steps));
}

/** Points that lie the share `at` of the way from each of `k` starts to each of `n` ends: `(n k) x width`. */
function between(starts: tf.Tensor2D, ends: tf.Tensor2D, at: number): tf.Tensor2D {
  const [k, width] = starts.shape;
  const [n] = ends.shape;
  const sum = tf.add(
    tf.reshape(tf.mul(ends, at), [n, 1, width]),
    tf.reshape(tf.mul(starts, 1 - at), [1, k, width]),
  );
  return tf.reshape(sum, [n * k, width]);
}

/** Per member, the slope of the log-odds of the mean probability by the member's first sums, at each of some points. */
function slopesOf(members: readonly Member[], sums: readonly tf.Tensor2D[]): tf.Tensor2D[] {
  const units = members.map((member, m) => unitsOf(member, sums[m]!));
  const mean = inside(tf.div(tf.addN(units.map(({ probability }) => probability)), members.length));
  const ofMean = tf.div(1 / members.length, tf.mul(mean, tf.sub(1, mean)));
  return units.map(({ hidden2, probability }, m) => {
    const ofLogit = tf.mul(ofMean, tf.mul(probability, tf.sub(1, probability)));
    const ofUnits = tf.matMul(tf.step(hidden2), members[m]!.back);
    return tf.mul(tf.mul(tf.step(sums[m]!), ofUnits), ofLogit);
  });
}

function unitsOf({ hidden2, bias2, output, outputBias }: Member, sums: tf.Tensor2D) {
  const units = tf.fused.matMul({
    a: tf.relu(sums),
    b: hidden2,
    bias: bias2,
    activation: "relu",
  }) as tf.Tensor2D;
  return {
    hidden2: units,
    probability: tf.sigmoid(tf.fused.matMul({ a: units, b: output, bias: outputBias })),
  };
}

/** Keeps probabilities away from 0 and 1, as `logit` does. */
function inside(probabilities: tf.Tensor): tf.Tensor {
  return tf.clipByValue(probabilities, 1e-7, 1 - 1e-7);
}

function logOddsOf(probabilities: tf.Tensor[]): Float32Array {
  return tf.div(tf.addN(probabilities), probabilities.length).dataSync<"float32">().map(logit);
}
