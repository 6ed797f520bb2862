import { embedRows } from "./embedding.js";
import type { Inputs } from "./encoders.js";
import { layoutOf, parametersByName, type Layout } from "./network.js";

/**
 * The embeddings of trained groups as one table: each is a smooth function of one number within the bounds of the encoding,
 * so that cubic interpolation gives it to 1e-5, many times faster than its cosines.
 */
export interface EmbeddingTable {
  /** `numbers x knots x groups x embedding`, in shared memory. */
  values: Float32Array;
  groups: number;
  embedding: number;
}

/** Encoded numbers lie within this distance of 0; one more knot is kept on either side. */
const bound = 3;
const knotsPerUnit = 256;
const knots = 2 * bound * knotsPerUnit + 3;

/** @param groups each group's parameters. */
export function tabulateEmbeddings(
  { spec, inputs, features }: Layout,
  groups: readonly Float32Array[],
): EmbeddingTable {
  const { embedding } = spec;
  const numbers = (features - inputs) / embedding;
  const grid: Inputs = { n: knots, d: numbers, numbers, data: new Float32Array(knots * numbers) };
  for (let knot = 0; knot < knots; knot++) {
    grid.data.fill((knot - 1) / knotsPerUnit - bound, knot * numbers, (knot + 1) * numbers);
  }
  const rows = Uint32Array.from({ length: knots }, (_, knot) => knot);
  const width = numbers * (1 + embedding);
  const size = numbers * knots * groups.length * embedding;
  const values = new Float32Array(new SharedArrayBuffer(size * Float32Array.BYTES_PER_ELEMENT));
  groups.forEach((parameters, group) => {
    const named = parametersByName(layoutOf(spec, inputs, numbers), parameters);
    const embedded = embedRows(layoutOf(spec, numbers, numbers), named, grid, rows);
    for (let j = 0; j < numbers; j++) {
      for (let knot = 0; knot < knots; knot++) {
        const from = knot * width + numbers + j * embedding;
        const to = ((j * knots + knot) * groups.length + group) * embedding;
        values.set(embedded.features.subarray(from, from + embedding), to);
      }
    }
  });
  return { values, groups: groups.length, embedding };
}

/**
 * Rows as the members of each group see them, `n x (d + numbers * embedding)` per group: the inputs, then the embeddings of
 * their numbers.
 */
export function interpolateEmbeddings(
  { values, groups, embedding }: EmbeddingTable,
  { n, d, numbers, data }: Inputs,
): Float32Array[] {
  const width = d + numbers * embedding;
  const stride = groups * embedding;
  const features = new Float32Array(groups * n * width);
  for (let i = 0; i < n; i++) features.set(data.subarray(i * d, (i + 1) * d), i * width);
  for (let group = 1; group < groups; group++) features.copyWithin(group * n * width, 0, n * width);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < numbers; j++) {
      const position = (data[i * d + j]! + bound) * knotsPerUnit + 1;
      const knot = Math.max(1, Math.min(knots - 3, Math.floor(position)));
      const t = position - knot;
      // Lagrange's cubic through the two knots on either side.
      const before = (-t * (t - 1) * (t - 2)) / 6;
      const below = ((t + 1) * (t - 1) * (t - 2)) / 2;
      const above = (-(t + 1) * t * (t - 2)) / 2;
      const after = ((t + 1) * t * (t - 1)) / 6;
      let from = (j * knots + knot) * stride;
      for (let group = 0; group < groups; group++) {
        const to = (group * n + i) * width + d + j * embedding;
        for (let k = 0; k < embedding; k++, from++) {
          features[to + k] =
            before * values[from - stride]! +
            below * values[from]! +
            above * values[from + stride]! +
            after * values[from + 2 * stride]!;
        }
      }
    }
  }
  return Array.from({ length: groups }, (_, group) =>
    features.subarray(group * n * width, (group + 1) * n * width),
  );
}
