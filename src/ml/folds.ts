import { Random } from "../stats/random.js";

/**
 * Deals rows into folds so that each stratum is spread evenly over them.
 *
 * @param strata `n` values; rows of equal value form a stratum, e.g. the label.
 * @returns `n` fold numbers from 0 to `folds - 1`.
 */
export function stratifiedFolds(
  strata: ArrayLike<number | string>,
  { folds, seed }: { folds: number; seed: number | string },
): Int32Array {
  const rowsOf = new Map<number | string, number[]>();
  for (let row = 0; row < strata.length; row++) {
    const stratum = strata[row]!;
    const rows = rowsOf.get(stratum);
    if (rows) rows.push(row);
    else rowsOf.set(stratum, [row]);
  }
  const random = new Random(seed);
  const foldOf = new Int32Array(strata.length);
  const dealt = [...rowsOf.values()].flatMap((rows) => random.shuffle(rows));
  dealt.forEach((row, position) => (foldOf[row] = position % folds));
  return foldOf;
}

/** The rows of fold `fold`, and all others. */
export function splitByFold(
  foldOf: ArrayLike<number>,
  fold: number,
): { inside: Int32Array; outside: Int32Array } {
  const rows = Int32Array.from({ length: foldOf.length }, (_, row) => row);
  return {
    inside: rows.filter((row) => foldOf[row] === fold),
    outside: rows.filter((row) => foldOf[row] !== fold),
  };
}
