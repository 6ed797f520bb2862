import { embedRows } from "./embedding.js";
import type { Inputs } from "./encoders.js";
import { layoutOf, parametersByName, type Layout } from "./network.js";

/**
 * The embeddings of a trained group as tables: each is a smooth function of one number within the bounds of the encoding, so
 * that cubic interpolation gives it to 1e-5, many times faster than its cosines.
 */
export interface EmbeddingTable {
  /** `numbers x knots x embedding`. */
  values: Float32Array;
  knots: number;
}

/** Encoded numbers lie within this distance of 0; one more knot is kept on either side. */
const bound = 3;
const knotsPerUnit = 256;
const knots = 2 * bound * knotsPerUnit + 3;

export function tabulateEmbedding(
  { spec, inputs, features }: Layout,
  parameters: Float32Array,
): EmbeddingTable {
  const numbers = (features - inputs) / spec.embedding;
  const grid: Inputs = { n: knots, d: numbers, numbers, data: new Float32Array(knots * numbers) };
  for (let knot = 0; knot < knots; knot++) {
    grid.data.fill((knot - 1) / knotsPerUnit - bound, knot * numbers, (knot + 1) * numbers);
  }
  const named = parametersByName(layoutOf(spec, inputs, numbers), parameters);
  const rows = Uint32Array.from({ length: knots }, (_, knot) => knot);
  const embedded = embedRows(layoutOf(spec, numbers, numbers), named, grid, rows);
  const width = numbers * (1 + spec.embedding);
  const values = new Float32Array(numbers * knots * spec.embedding);
  for (let j = 0; j < numbers; j++) {
    for (let knot = 0; knot < knots; knot++) {
      const from = knot * width + numbers + j * spec.embedding;
      values.set(
        embedded.features.subarray(from, from + spec.embedding),
        (j * knots + knot) * spec.embedding,
      );
    }
  }
  return { values, knots };
}

/**
 * Writes the embeddings of `n` rows' numbers into `features`, `n x width`, from column `d` on.
 *
 * @param features each row begins with its `d` inputs, the numbers first.
 */
export function interpolateEmbeddings(
  { values }: EmbeddingTable,
  { n, d, numbers }: Omit<Inputs, "data">,
  features: Float32Array,
): void {
  const width = features.length / n;
  const embedding = values.length / (numbers * knots);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < numbers; j++) {
      const position = (features[i * width + j]! + bound) * knotsPerUnit + 1;
      const knot = Math.max(1, Math.min(knots - 3, Math.floor(position)));
      const t = position - knot;
      // Lagrange's cubic through the two knots on either side.
      const before = (-t * (t - 1) * (t - 2)) / 6;
      const below = ((t + 1) * (t - 1) * (t - 2)) / 2;
      const above = (-(t + 1) * t * (t - 2)) / 2;
      const after = ((t + 1) * t * (t - 1)) / 6;
      const from = (j * knots + knot) * embedding;
      const to = i * width + d + j * embedding;
      for (let k = 0; k < embedding; k++) {
        features[to + k] =
          before * values[from - embedding + k]! +
          below * values[from + k]! +
          above * values[from + embedding + k]! +
          after * values[from + 2 * embedding + k]!;
      }
    }
  }
}
