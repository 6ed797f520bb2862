/**
 * Logistic regression by gradient descent on standardised features (`features`: n x d, `labels`: 0 or 1).
 * Returns the score of a row: its log-odds.
 */
export function logisticRegression(features: number[][], labels: number[]): (row: number[]) => number {
  const n = features.length;
  const width = features[0]?.length ?? 0;
  const means = Array.from({ length: width }, (_, j) => mean(features.map((row) => row[j] ?? 0)));
  const spreads = means.map(
    (centre, j) => Math.sqrt(mean(features.map((row) => ((row[j] ?? 0) - centre) ** 2))) || 1,
  );
  const standardise = (row: number[]) => [
    1,
    ...row.map((value, j) => (value - (means[j] ?? 0)) / (spreads[j] ?? 1)),
  ];
  const rows = features.map(standardise);
  const weights = new Float64Array(width + 1);
  for (let step = 0; step < 300; step++) {
    const gradient = new Float64Array(width + 1);
    rows.forEach((row, i) => {
      const error = 1 / (1 + Math.exp(-dot(weights, row))) - (labels[i] ?? 0);
      row.forEach((value, j) => (gradient[j] = (gradient[j] ?? 0) + (error * value) / n));
    });
    gradient.forEach((slope, j) => (weights[j] = (weights[j] ?? 0) - 2 * slope));
  }
  return (row) => dot(weights, standardise(row));
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function dot(weights: Float64Array, row: number[]): number {
  return row.reduce((sum, value, j) => sum + value * (weights[j] ?? 0), 0);
}
