import { combined, type Linearised } from "./linearised.js";
import { weightedScore, type ResponseModel, type ResponseWeights } from "./response-model.js";

/** The least and the most that a mean can be. */
export interface Bounds {
  low: Linearised;
  high: Linearised;
}

/**
 * What the mean of all is at the least and the most if nothing is supposed of those who did not answer but that their score
 * lies on the scale (Manski 1989).
 *
 * @param answered mean of those who answered
 * @param rate share that answered
 */
export function worstCaseBounds(
  answered: Linearised,
  rate: Linearised,
  scale: { lowest: number; highest: number },
): Bounds {
  const end = (silent: number): Linearised =>
    combined(rate.value * answered.value + (1 - rate.value) * silent, [
      [rate.value, answered],
      [answered.value - silent, rate],
    ]);
  return { low: end(scale.lowest), high: end(scale.highest) };
}

/**
 * Bounds on the mean of all if, of two people alike in all that is modelled, the odds of one to answer may be up to `oddsRatio` times
 * the other's because of the score itself: the marginal sensitivity model of Zhao, Small & Bhattacharya (2019). 1 gives the weighted
 * mean back.
 *
 * @param rows who gave a score
 * @param scores `n` numbers
 * @param credibility `n` numbers by which answers count besides
 */
export function sensitivityBounds(
  rows: Int32Array,
  scores: Float64Array,
  weights: ResponseWeights,
  credibility: Float64Array,
  model: ResponseModel,
  oddsRatio: number,
): Bounds {
  const ascending = rows.toSorted((one, other) => scores[one]! - scores[other]!);
  const n = scores.length;
  const bound = (below: number, above: number): Linearised => {
    const weightOf = (row: number, factor: number) =>
      credibility[row]! * (model.rate + factor * (weights.values[row]! - model.rate));
    const split = bestSplit(ascending, scores, weightOf, { below, above });
    const values = new Float64Array(n);
    const slopes = new Float64Array(n);
    ascending.forEach((row, place) => {
      const factor = place < split ? below : above;
      values[row] = weightOf(row, factor);
      slopes[row] = credibility[row]! * factor * weights.slopes[row]!;
    });
    return weightedScore(ascending, scores, { values, slopes }, model);
  };
  return { low: bound(oddsRatio, 1 / oddsRatio), high: bound(1 / oddsRatio, oddsRatio) };
}

/** How many of the rows, lowest scores first, have the factor `below` where the mean is as far out as it can be. */
function bestSplit(
  rows: Int32Array,
  scores: Float64Array,
  weightOf: (row: number, factor: number) => number,
  { below, above }: { below: number; above: number },
): number {
  let total = 0;
  let sum = 0;
  for (const row of rows) {
    const weight = weightOf(row, above);
    total += weight;
    sum += weight * scores[row]!;
  }
  let best = sum / total;
  let split = 0;
  rows.forEach((row, place) => {
    const change = weightOf(row, below) - weightOf(row, above);
    total += change;
    sum += change * scores[row]!;
    const mean = sum / total;
    if (below > above ? mean < best : mean > best) [best, split] = [mean, place + 1];
  });
  return split;
}
