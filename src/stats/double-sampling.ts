import { combined, linearisedMean, type Clusters, type Linearised } from "./linearised.js";

/** Who was asked, who gave a score at once, and who of the silent was asked again: rows of `answered` and `scores`. */
export interface DoubleSample {
  asked: Int32Array;
  scored: Int32Array;
  /** Drawn by lot of those who did not answer; all of them gave a score. */
  askedAgain: Int32Array;
}

/**
 * The mean of all who were asked, where some of those who did not answer were asked again, drawn by lot, and all of these answered:
 * double sampling (Hansen & Hurwitz 1946). The two groups count by their shares of those asked.
 *
 * @param answered `n` values: 1 who answered, 0 who did not
 * @param scores `n` scores of those who answered
 * @param followUps `n` scores of those asked again
 * @returns undefined where nobody was asked again, or nobody gave a score at once
 */
export function doubleSamplingMean(
  { asked, scored, askedAgain }: DoubleSample,
  answered: Float64Array,
  scores: Float64Array,
  followUps: Float64Array,
  clusters: Clusters,
): Linearised | undefined {
  if (scored.length === 0 || askedAgain.length === 0) return undefined;
  const share = linearisedMean(asked, answered, clusters);
  const first = linearisedMean(scored, scores, clusters);
  const again = linearisedMean(askedAgain, followUps, clusters);
  return combined(share.value * first.value + (1 - share.value) * again.value, [
    [first.value - again.value, share],
    [share.value, first],
    [1 - share.value, again],
  ]);
}
