/** Numbers beside the texts, e.g. whether a purchase was verified: `n x names.length`, row after row, NaN if unknown. */
export interface DenseFeatures {
  names: readonly string[];
  values: Float32Array;
}

/** The rows at the given positions. */
export function selectDense({ names, values }: DenseFeatures, rows: ArrayLike<number>): DenseFeatures {
  const width = names.length;
  const selected = new Float32Array(rows.length * width);
  for (let position = 0; position < rows.length; position++) {
    const start = rows[position]! * width;
    selected.set(values.subarray(start, start + width), position * width);
  }
  return { names, values: selected };
}

/** Mean and standard deviation of each dense feature over the training rows. */
export interface Standardisation {
  names: readonly string[];
  means: Float32Array;
  deviations: Float32Array;
}

/** Standardised values are kept within this many standard deviations of the mean. */
const widest = 5;

/** Fits to some rows. A feature that is constant or never known there gets the deviation 0 and always becomes 0. */
export function fitStandardisation({ names, values }: DenseFeatures, rows: Int32Array): Standardisation {
  const width = names.length;
  const means = new Float32Array(width);
  const deviations = new Float32Array(width);
  for (let feature = 0; feature < width; feature++) {
    const known = Float64Array.from(rows, (row) => values[row * width + feature]!).filter(Number.isFinite);
    if (known.length === 0) continue;
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
    means[feature] = mean;
    deviations[feature] = variance > 1e-12 * mean ** 2 ? Math.sqrt(variance) : 0;
  }
  return { names, means, deviations };
}

/** One value in standard deviations from the mean; 0, the mean, where it is unknown. */
export function standardise({ means, deviations }: Standardisation, feature: number, value: number): number {
  const deviation = deviations[feature]!;
  if (deviation === 0 || Number.isNaN(value)) return 0;
  return Math.min(Math.max((value - means[feature]!) / deviation, -widest), widest);
}
