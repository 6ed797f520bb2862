/** Sums of products of each two of `d` columns: `d x d`, symmetric. All that a linear regression among them needs. */
export interface CrossProducts {
  d: number;
  values: Float64Array;
}

/**
 * The cross products of the rows of each group.
 *
 * @param columns `d` columns of `n` numbers
 * @param groups `n` numbers from 0 to `count` - 1: the group of each row
 */
export function crossProducts(
  columns: readonly Float64Array[],
  groups: ArrayLike<number>,
  count: number,
): CrossProducts[] {
  const d = columns.length;
  const sums = Array.from({ length: count }, () => new Float64Array(d * d));
  const row = new Float64Array(d);
  for (let index = 0; index < groups.length; index++) {
    const values = sums[groups[index]!]!;
    for (let k = 0; k < d; k++) row[k] = columns[k]![index]!;
    for (let j = 0; j < d; j++) {
      const value = row[j]!;
      if (value === 0) continue;
      for (let k = 0; k <= j; k++) values[j * d + k]! += value * row[k]!;
    }
  }
  for (const values of sums) mirror(values, d);
  return sums.map((values) => ({ d, values }));
}

/** The cross products of several groups of rows together, each counted as often as `counts` says. */
export function addCrossProducts(groups: readonly CrossProducts[], counts: ArrayLike<number>): CrossProducts {
  const d = groups[0]?.d ?? 0;
  const values = new Float64Array(d * d);
  groups.forEach((group, index) => {
    const count = counts[index]!;
    if (count === 0) return;
    for (let k = 0; k < values.length; k++) values[k]! += count * group.values[k]!;
  });
  return { d, values };
}

function mirror(values: Float64Array, d: number): void {
  for (let j = 0; j < d; j++) for (let k = 0; k < j; k++) values[k * d + j] = values[j * d + k]!;
}
