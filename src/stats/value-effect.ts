import { clusterVariance } from "./cluster-variance.js";
import {
  effectOnTreated,
  normalInterval,
  type Estimate,
  type Nuisances,
  type TreatedRows,
} from "./doubly-robust.js";

export interface ValueEffect extends Estimate {
  /** Rows that the mean is over. */
  counted: number;
}

/**
 * Mean value that the treatment costs the counted treated rows, whether their outcome is known or not.
 *
 * The effect per unit of value is estimated on rows whose outcome is known, and divided by their mean chance, weighted by
 * value, to be spared the outcome without treatment: the share of that chance which the treatment takes away. Counted rows
 * lose that share of their own chance, times their value. So those with more to lose, or with a smaller chance to begin with,
 * count as they are, though their outcome is still to come.
 *
 * @param values `n` worths of the rows, 0 or more
 * @param counted `n`: 1 for treated rows that count
 * @returns undefined where no row counts or the measured rows are worth nothing
 */
export function valueEffect(
  study: TreatedRows,
  models: Nuisances,
  values: Float64Array,
  counted: Float64Array,
): ValueEffect | undefined {
  const { treated, clusters, clusterCount } = study;
  const { baseline, weights } = models;
  const n = treated.length;
  const spared = { measured: 0, value: 0, counted: 0 };
  let count = 0;
  for (let row = 0; row < n; row++) {
    if (!treated[row]) continue;
    const chance = values[row]! * (1 - baseline[row]!);
    if (weights[row]! > 0) {
      spared.measured += chance;
      spared.value += values[row]!;
    }
    if (counted[row] === 1) {
      spared.counted += chance;
      count++;
    }
  }
  if (count === 0 || !(spared.measured > 0)) return undefined;
  const effect = effectOnTreated(study, models, values);
  const meanChance = spared.measured / spared.value;
  const share = effect.value / meanChance;
  const influence = effect.influence.map((value, row) => {
    const isMeasured = treated[row] && weights[row]! > 0;
    const deviation = isMeasured ? (n * values[row]! * (1 - baseline[row]! - meanChance)) / spared.value : 0;
    return (value - share * deviation) / meanChance;
  });
  const scale = spared.counted / count;
  const variance = scale ** 2 * clusterVariance(influence, clusters, clusterCount);
  return { ...normalInterval(scale * share, variance), counted: count };
}
