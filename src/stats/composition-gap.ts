import type { FactMatrix } from "./design-matrix.js";
import type { Clusters, Linearised } from "./linearised.js";
import { invertPositiveDefinite } from "./positive-definite.js";

/** Penalty on half the squared coefficients, so that a column that is constant among the answers does no harm. */
const ridge = 1;

/**
 * By how much the mean score of all would differ from that of those who gave one for being made up differently, fact by fact:
 * the composition part of the decomposition of Kitagawa (1955), Oaxaca (1973) and Blinder (1973), a linear regression of the score
 * on the facts times the difference of their means.
 *
 * @param rows who gave a score
 * @param scores `n` numbers
 * @returns fact -> its share of the gap, in units of the score
 */
export function compositionGap(
  design: FactMatrix,
  rows: Int32Array,
  scores: Float64Array,
  clusters: Clusters,
): Map<string, Linearised> {
  const { n, d, values, facts } = design;
  const everyone = Int32Array.from({ length: n }, (_, row) => row);
  const all = columnMeans(design, everyone, clusters);
  const some = columnMeans(design, rows, clusters);
  const regression = linearRegression(design, rows, scores);
  if (!regression) return new Map();
  const { coefficients, inverse } = regression;
  const distance = all.means.map((mean, k) => mean - some.means[k]!);

  const shares = new Map<string, Linearised>();
  for (const fact of new Set(facts.filter((name) => name !== null))) {
    const own = facts.flatMap((name, k) => (name === fact ? [k] : []));
    const errors = new Float64Array(clusters.count);
    for (let cluster = 0; cluster < clusters.count; cluster++) {
      for (const k of own) {
        errors[cluster]! += coefficients[k]! * (all.errors[cluster * d + k]! - some.errors[cluster * d + k]!);
      }
    }
    const leverage = inverse.map((line) => own.reduce((sum, k) => sum + line[k]! * distance[k]!, 0));
    rows.forEach((row, place) => {
      let pull = 0;
      for (let k = 0; k < d; k++) pull += leverage[k]! * values[row * d + k]!;
      errors[clusters.numbers[row]!]! += regression.residuals[place]! * pull;
    });
    const value = own.reduce((sum, k) => sum + coefficients[k]! * distance[k]!, 0);
    shares.set(fact, { value, errors, clusters: clusters.count });
  }
  return shares;
}

/** Means of `d` columns over some rows, and what each cluster adds to their errors: `clusters x d`. */
function columnMeans({ d, values }: FactMatrix, rows: Int32Array, { numbers, count }: Clusters) {
  const errors = new Float64Array(count * d);
  const sizes = new Float64Array(count);
  const means = new Float64Array(d);
  for (const row of rows) {
    const at = numbers[row]! * d;
    sizes[numbers[row]!]!++;
    for (let k = 0; k < d; k++) {
      const share = values[row * d + k]! / rows.length;
      means[k]! += share;
      errors[at + k]! += share;
    }
  }
  for (let cluster = 0; cluster < count; cluster++) {
    const share = sizes[cluster]! / rows.length;
    for (let k = 0; k < d; k++) errors[cluster * d + k]! -= share * means[k]!;
  }
  return { means, errors };
}

/** Ridge regression; undefined where the columns are not independent. */
function linearRegression({ d, values }: FactMatrix, rows: Int32Array, scores: Float64Array) {
  const moments = new Float64Array(d);
  const products = Array.from({ length: d }, (_, j) => {
    const line = new Float64Array(d);
    line[j] = ridge;
    return line;
  });
  for (const row of rows) {
    for (let j = 0; j < d; j++) {
      const x = values[row * d + j]!;
      if (x === 0) continue;
      const line = products[j]!;
      moments[j]! += x * scores[row]!;
      for (let k = 0; k <= j; k++) line[k]! += x * values[row * d + k]!;
    }
  }
  const symmetric = products.map((_, j) => products.map((line, k) => (k <= j ? products[j]![k]! : line[j]!)));
  const inverse = invertPositiveDefinite(symmetric);
  if (!inverse) return undefined;
  const coefficients = inverse.map((line) => line.reduce((sum, value, k) => sum + value * moments[k]!, 0));
  const residuals = Float64Array.from(rows, (row) =>
    coefficients.reduce((rest, value, k) => rest - value * values[row * d + k]!, scores[row]!),
  );
  return { coefficients, inverse, residuals };
}
