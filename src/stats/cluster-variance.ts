/** Whole numbers for the clusters of `n` rows, from 0 in the order of their first rows. */
export function clusterNumbers(labels: readonly (string | null)[]): { numbers: Uint32Array; count: number } {
  const known = new Map<string | null, number>();
  const numbers = Uint32Array.from(labels, (label) => {
    const number = known.get(label) ?? known.size;
    known.set(label, number);
    return number;
  });
  return { numbers, count: known.size };
}

/**
 * Variance of a mean of `n` influence values whose rows are independent only between clusters: the sandwich of Liang & Zeger
 * (1986) with the usual factor for few clusters, G / (G - 1).
 *
 * @param influence `n` values with mean 0
 * @param clusters of the rows, from 0 to `count` - 1
 */
export function clusterVariance(influence: Float64Array, clusters: Uint32Array, count: number): number {
  const sums = new Float64Array(count);
  for (let row = 0; row < influence.length; row++) sums[clusters[row]!]! += influence[row]!;
  let squares = 0;
  for (const sum of sums) squares += sum * sum;
  return ((count / (count - 1)) * squares) / influence.length ** 2;
}
