import type { CategoryColumn, Frame, FrameColumn } from "./frame.js";

type Level = string | null;

/**
 * Puts the levels of a column in an order in which those whose rows are alike in all other columns stand together (Apley &
 * Zhu 2020, appendix E): by the first principal coordinate of the distances between them. The distance of two levels
 * is the sum over the other columns of the Kolmogorov-Smirnov distance of numbers and the total variation of categories.
 */
export function orderLevels(frame: Frame, column: CategoryColumn, levels: readonly Level[]): Level[] {
  const rank = new Map(levels.map((level, k) => [level, k]));
  const groups = Int32Array.from(column.values, (value) => rank.get(value) ?? -1);
  const distances = levels.map(() => new Float64Array(levels.length));
  for (const other of frame.columns) {
    if (other.name === column.name) continue;
    addDistances(distances, cumulativeShares(other, groups, levels.length), other.kind);
  }
  const coordinates = principalCoordinate(distances);
  return [...levels.keys()].sort((a, b) => coordinates[a]! - coordinates[b]! || a - b).map((k) => levels[k]!);
}

/** Per group, the shares of its rows up to each distinct number, or in each category. */
function cumulativeShares(column: FrameColumn, groups: Int32Array, count: number): Float64Array[] {
  const rows = [...groups.keys()].filter((row) => {
    const value = column.values[row] ?? null;
    return groups[row]! >= 0 && value !== null && !Number.isNaN(value);
  });
  const distinct = [...new Set(rows.map((row) => column.values[row]!))];
  if (column.kind === "number") distinct.sort((a, b) => Number(a) - Number(b));
  const place = new Map(distinct.map((value, k) => [value, k]));
  const shares = Array.from({ length: count }, () => new Float64Array(distinct.length));
  const sizes = new Float64Array(count);
  for (const row of rows) {
    shares[groups[row]!]![place.get(column.values[row]!)!]! += 1;
    sizes[groups[row]!]! += 1;
  }
  shares.forEach((share, group) => {
    let sum = 0;
    for (let k = 0; k < share.length; k++) {
      const own = share[k]! / Math.max(1, sizes[group]!);
      sum += own;
      share[k] = column.kind === "number" ? sum : own;
    }
  });
  return shares;
}

function addDistances(distances: Float64Array[], shares: Float64Array[], kind: FrameColumn["kind"]): void {
  for (let a = 0; a < shares.length; a++) {
    for (let b = 0; b < a; b++) {
      const gaps = shares[a]!.map((share, k) => Math.abs(share - shares[b]![k]!));
      const distance =
        kind === "number"
          ? gaps.reduce((most, gap) => Math.max(most, gap), 0)
          : gaps.reduce((sum, gap) => sum + gap, 0) / 2;
      distances[a]![b]! += distance;
      distances[b]![a]! += distance;
    }
  }
}

const iterations = 200;

/** Classical scaling (Torgerson 1952) to one dimension, by power iteration on the doubly centred squared distances. */
function principalCoordinate(distances: Float64Array[]): Float64Array {
  const n = distances.length;
  const squares = distances.map((row) => row.map((distance) => distance ** 2));
  const means = squares.map((row) => row.reduce((sum, value) => sum + value, 0) / n);
  const mean = means.reduce((sum, value) => sum + value, 0) / n;
  const centred = squares.map((row, a) =>
    row.map((square, b) => (means[a]! + means[b]! - square - mean) / 2),
  );
  // The sum of the squares bounds every eigenvalue: adding it keeps the greatest the one that iteration finds.
  const shift = Math.sqrt(centred.reduce((sum, row) => row.reduce((total, x) => total + x * x, sum), 0));
  let vector = Float64Array.from({ length: n }, (_, k) => k + 1 - (n + 1) / 2);
  for (let i = 0; i < iterations; i++) {
    const product = vector.map((x, a) => centred[a]!.reduce((sum, c, b) => sum + c * vector[b]!, shift * x));
    const size = Math.hypot(...product);
    if (size === 0) break;
    vector = product.map((x) => x / size);
  }
  return vector;
}
