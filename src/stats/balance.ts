import type { DesignMatrix } from "./design-matrix.js";

/** How far apart treated and untreated rows are in one fact. */
export interface Balance {
  fact: string;
  /** Difference of means, in standard deviations of the treated, before and after weighting. */
  before: number;
  after: number;
}

/**
 * Standardised mean differences between treated and untreated rows (Stuart 2010, section 4.1): beyond 0.1 to 0.25 in size, a
 * comparison leans on its models. One for each column of the design but the intercept.
 *
 * @param treated `n`: 1 where treated
 * @param weights `n` weights after which they should be alike
 */
export function balance(design: DesignMatrix, treated: Uint8Array, weights: Float64Array): Balance[] {
  const all = treated.map(() => 1);
  const plain = armMeans(design, treated, all);
  const weighted = armMeans(design, treated, weights);
  const deviations = treatedDeviations(design, treated, plain[1]);
  return design.names.flatMap((fact, k) => {
    if (k === 0) return [];
    const standardised = ([untreated, exposed]: ArmMeans) =>
      deviations[k]! > 0 ? (exposed[k]! - untreated[k]!) / deviations[k]! : 0;
    return [{ fact, before: standardised(plain), after: standardised(weighted) }];
  });
}

/** `d` means of the untreated and of the treated. */
type ArmMeans = readonly [Float64Array, Float64Array];

function armMeans({ n, d, values }: DesignMatrix, treated: Uint8Array, weights: ArrayLike<number>): ArmMeans {
  const sums: ArmMeans = [new Float64Array(d), new Float64Array(d)];
  const totals: [number, number] = [0, 0];
  for (let row = 0; row < n; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    const arm = treated[row] ? 1 : 0;
    totals[arm] += weight;
    for (let k = 0; k < d; k++) sums[arm][k]! += weight * values[row * d + k]!;
  }
  return [sums[0].map((sum) => sum / totals[0]), sums[1].map((sum) => sum / totals[1])];
}

function treatedDeviations(
  { n, d, values }: DesignMatrix,
  treated: Uint8Array,
  means: Float64Array,
): Float64Array {
  const squares = new Float64Array(d);
  let count = 0;
  for (let row = 0; row < n; row++) {
    if (!treated[row]) continue;
    count++;
    for (let k = 0; k < d; k++) squares[k]! += (values[row * d + k]! - means[k]!) ** 2;
  }
  return squares.map((sum) => Math.sqrt(sum / count));
}

/** How many equally weighted rows would say as much as rows with these weights (Kish 1965). */
export function effectiveSize(weights: Iterable<number>): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares > 0 ? sum ** 2 / squares : 0;
}
