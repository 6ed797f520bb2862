/** Labels and probabilities that are judged by one F1 over all of them, each of `n` rows. */
export interface LabelProbabilities {
  labels: ArrayLike<number>;
  probabilities: ArrayLike<number>;
}

/** The probability from which predicting a label gives the best F1 over all rows of all labels (micro-averaged). */
export function bestF1Threshold(all: readonly LabelProbabilities[]): number {
  const rows = all.flatMap(({ labels, probabilities }) =>
    Array.from(labels, (label, row) => ({ label, probability: probabilities[row]! })),
  );
  rows.sort((a, b) => b.probability - a.probability);
  const positives = rows.reduce((sum, { label }) => sum + label, 0);
  let [hits, best, threshold] = [0, 0, 0.5];
  rows.forEach(({ label, probability }, position) => {
    hits += label;
    const score = (2 * hits) / (position + 1 + positives);
    const isTied = rows[position + 1]?.probability === probability;
    if (!isTied && score > best) [best, threshold] = [score, probability];
  });
  return threshold;
}
