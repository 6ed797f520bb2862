import type { Inputs } from "./encoders.js";
import type { Layout, Parameters } from "./network.js";

/** Rows as the members see them, and what the gradient of their embedding needs. */
export interface EmbeddedRows {
  /** `n x width`: each row's inputs, then the embeddings of its numbers. */
  features: Float32Array;
  /** `n x numbers x frequencies`. */
  cosines: Float32Array;
  sines: Float32Array;
}

/**
 * Periodic embeddings (Gorishniy, Rubachev & Babenko 2022, arXiv 2203.05556) of the numbers of some rows: the cosines
 * `cos(2 pi u w + b)` of number u, mixed down linearly to a few values, beside the inputs themselves.
 */
export function embedRows(
  layout: Layout,
  parameters: Parameters,
  { data, d, numbers }: Inputs,
  rows: Uint32Array,
): EmbeddedRows {
  const { frequencies, embedding } = layout.spec;
  const width = layout.features;
  const features = new Float32Array(rows.length * width);
  const cosines = new Float32Array(rows.length * numbers * frequencies);
  const sines = new Float32Array(cosines.length);
  rows.forEach((row, i) => features.set(data.subarray(row * d, (row + 1) * d), i * width));
  for (const { first, count, frequency, phase, mix, mixBias } of blocksOf(layout, parameters)) {
    const turns = phase.map((angle) => angle / (2 * Math.PI));
    for (let i = 0; i < rows.length; i++) {
      for (let j = 0; j < count; j++) {
        const u = features[i * width + first + j]!;
        const start = (i * numbers + first + j) * frequencies;
        const out = i * width + d + (first + j) * embedding;
        for (let f = 0; f < frequencies; f++) {
          const turn = u * frequency[j * frequencies + f]! + turns[j * frequencies + f]!;
          const angle = Math.PI * (turn - Math.floor(turn + 0.5));
          const square = angle * angle;
          const sine = angle * sineSeries(square);
          cosines[start + f] = 1 - 2 * sine * sine;
          sines[start + f] = 2 * sine * cosineSeries(square);
        }
        for (let k = 0; k < embedding; k++) {
          let sum = mixBias[j * embedding + k]!;
          for (let f = 0; f < frequencies; f++) {
            sum += cosines[start + f]! * mix[(j * frequencies + f) * embedding + k]!;
          }
          features[out + k] = sum;
        }
      }
    }
  }
  return { features, cosines, sines };
}

/**
 * Adds the gradient of the embedding's parameters to `gradient`.
 *
 * @param slopes `n x (numbers * embedding)`: the loss by each embedded value.
 */
export function addEmbeddingGradient(
  layout: Layout,
  parameters: Parameters,
  gradient: Parameters,
  { features, cosines, sines }: EmbeddedRows,
  slopes: Float32Array,
): void {
  const { frequencies, embedding } = layout.spec;
  const width = layout.features;
  const numbers = (width - layout.inputs) / embedding;
  const n = features.length / width;
  const sums = blocksOf(layout, gradient);
  blocksOf(layout, parameters).forEach(({ first, count, mix }, b) => {
    const sum = sums[b]!;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < count; j++) {
        const u = 2 * Math.PI * features[i * width + first + j]!;
        const start = (i * numbers + first + j) * frequencies;
        const out = (i * numbers + first + j) * embedding;
        for (let k = 0; k < embedding; k++) sum.mixBias[j * embedding + k]! += slopes[out + k]!;
        for (let f = 0; f < frequencies; f++) {
          const cosine = cosines[start + f]!;
          const weight = j * frequencies + f;
          let slope = 0;
          for (let k = 0; k < embedding; k++) {
            const ofValue = slopes[out + k]!;
            slope += ofValue * mix[weight * embedding + k]!;
            sum.mix[weight * embedding + k]! += ofValue * cosine;
          }
          const ofAngle = -sines[start + f]! * slope;
          sum.phase[weight]! += ofAngle;
          sum.frequency[weight]! += ofAngle * u;
        }
      }
    }
  });
}

/** The parameters of each block of numbers, the first of which is number `first`. */
function blocksOf({ blocks }: Layout, parameters: Parameters) {
  let first = 0;
  return blocks.map((count, b) => {
    const block = {
      first,
      count,
      frequency: parameters[`frequency.${b}`]!,
      phase: parameters[`phase.${b}`]!,
      mix: parameters[`mix.${b}`]!,
      mixBias: parameters[`mix_bias.${b}`]!,
    };
    first += count;
    return block;
  });
}

/** `sin(x) / x` and `cos(x)` of the square of x, for x within a quarter of a turn, to 1e-7: Taylor's polynomials. */
function sineSeries(x2: number): number {
  return 1 + x2 * (-1 / 6 + x2 * (1 / 120 + x2 * (-1 / 5040 + x2 * (1 / 362880 - x2 / 39916800))));
}

function cosineSeries(x2: number): number {
  return (
    1 +
    x2 * (-1 / 2 + x2 * (1 / 24 + x2 * (-1 / 720 + x2 * (1 / 40320 + x2 * (-1 / 3628800 + x2 / 479001600)))))
  );
}
