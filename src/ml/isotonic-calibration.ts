/** A function of scores that never falls: straight lines between its points, level beyond them. */
export interface IsotonicCalibration {
  /** Ascending. */
  scores: number[];
  probabilities: number[];
}

interface Block {
  rows: number;
  scores: number;
  positives: number;
}

/**
 * Fits isotonic regression by pooling adjacent violators (Ayer et al. 1955; Zadrozny & Elkan 2002), joined by straight
 * lines between the blocks' mean scores (Oron & Flournoy 2017) so that rows of unlike scores stay apart. Blocks' shares of positives
 * have half a row of either class added, so that no probability is 0 or 1.
 *
 * @param scores `n` finite scores.
 * @param labels `n` values, 1 for positive, 0 for negative.
 */
export function fitIsotonic(scores: Float64Array, labels: Uint8Array): IsotonicCalibration {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const blocks: Block[] = [];
  for (const row of order) {
    let block: Block = { rows: 1, scores: scores[row]!, positives: labels[row]! };
    for (let before = blocks.at(-1); before && rate(before) >= rate(block); before = blocks.at(-1)) {
      blocks.pop();
      block = {
        rows: before.rows + block.rows,
        scores: before.scores + block.scores,
        positives: before.positives + block.positives,
      };
    }
    blocks.push(block);
  }
  let highest = 0;
  return {
    scores: blocks.map((block) => block.scores / block.rows),
    probabilities: blocks.map(
      ({ rows, positives }) => (highest = Math.max(highest, (positives + 0.5) / (rows + 1))),
    ),
  };
}

/** The probability of a score. */
export function interpolate({ scores, probabilities }: IsotonicCalibration, score: number): number {
  let [low, high] = [0, scores.length - 1];
  if (score <= scores[low]!) return probabilities[low]!;
  if (score >= scores[high]!) return probabilities[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (scores[middle]! <= score) low = middle;
    else high = middle;
  }
  const share = (score - scores[low]!) / (scores[high]! - scores[low]!);
  return probabilities[low]! + share * (probabilities[high]! - probabilities[low]!);
}

function rate({ rows, positives }: Block): number {
  return positives / rows;
}
