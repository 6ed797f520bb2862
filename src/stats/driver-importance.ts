import { quantile, type Interval } from "./bootstrap.js";
import { addCrossProducts, crossProducts } from "./cross-products.js";
import type { DesignMatrix } from "./design-matrix.js";
import { Random } from "./random.js";
import { shapleyRegression, type ShapleyRegression } from "./shapley-regression.js";

export interface DriverData {
  /** `n` values of what is to be explained. */
  outcome: Float64Array;
  /** `p` columns of `n` values; an unknown one, NaN, counts as the column's mean. */
  drivers: readonly Float64Array[];
  /** `n` rows of what is always in the model. */
  always: DesignMatrix;
  /** `n` numbers, the same for rows that are not independent. */
  clusters: Uint32Array;
}

export interface DriverImportance {
  /** Share of what all drivers explain together; null for a driver that never varies. */
  importance: (Interval | null)[];
  /** Change of the outcome with one unit of the driver, the others and what is always in the model being held. */
  effect: (Interval | null)[];
  /** Share of the outcome's variance that all explain, and that the drivers add to what is always in the model. */
  rSquared: Interval;
  explained: Interval;
}

const resamples = 400;
const mostGroups = 200;

/**
 * How much each driver has to do with an outcome, by Shapley regression, with 95% percentile intervals. Clusters are dealt at random into
 * at most 200 groups, and the groups are resampled (random groups, Wolter 2007, chapter 2), so that a resample costs the same however
 * many rows there are.
 *
 * @returns undefined where the outcome does not vary or no driver does
 */
export function driverImportance(data: DriverData, seed: number | string): DriverImportance | undefined {
  const { outcome, drivers, always } = data;
  const scales = drivers.map(scaleOf);
  const random = new Random(seed);
  const { groups, count } = deal(data.clusters, random);
  const centre = scaleOf(outcome);
  const columns = [
    ...columnsOf(always),
    ...drivers.map((values, k) => standardised(values, scales[k]!)),
    standardised(outcome, { ...centre, deviation: 1 }),
  ];
  const products = crossProducts(columns, groups, count);
  const fit = (counts: Float64Array) => shapleyRegression(addCrossProducts(products, counts), always.d);
  const all = fit(new Float64Array(count).fill(1));
  if (!(explainedBy(all) > 0)) return undefined;

  const draws = Array.from({ length: resamples }, () => fit(drawn(count, random)));
  const interval = (statistic: (found: ShapleyRegression) => number) => intervalOf(statistic, all, draws);
  const varying = scales.map(({ deviation }) => deviation > 0);
  return {
    importance: drivers.map((_, k) =>
      varying[k] ? interval((found) => found.shares[k]! / explainedBy(found)) : null,
    ),
    effect: drivers.map((_, k) =>
      varying[k] ? interval((found) => found.slopes[k]! / scales[k]!.deviation) : null,
    ),
    rSquared: interval((found) => found.rSquared),
    explained: interval(explainedBy),
  };
}

function explainedBy({ rSquared, baseRSquared }: ShapleyRegression): number {
  return rSquared - baseRSquared;
}

function intervalOf<T>(statistic: (found: T) => number, all: T, draws: readonly T[]): Interval {
  const sorted = Float64Array.from(draws, statistic)
    .filter((value) => !Number.isNaN(value))
    .sort();
  return { value: statistic(all), low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/** Each cluster's group, so that all groups have the same number of clusters, or nearly. */
function deal(clusters: Uint32Array, random: Random): { groups: Uint32Array; count: number } {
  const places = new Map<number, number>();
  for (const cluster of clusters) if (!places.has(cluster)) places.set(cluster, places.size);
  const count = Math.min(places.size, mostGroups);
  const order = random.shuffle(Uint32Array.from({ length: places.size }, (_, place) => place));
  return { groups: clusters.map((cluster) => order[places.get(cluster)!]! % count), count };
}

function drawn(count: number, random: Random): Float64Array {
  const counts = new Float64Array(count);
  for (let i = 0; i < count; i++) counts[random.integer(count)]! += 1;
  return counts;
}

interface Scale {
  mean: number;
  deviation: number;
}

function scaleOf(values: Float64Array): Scale {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return { mean: NaN, deviation: 0 };
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / known.length);
  return { mean, deviation: deviation > 1e-9 * Math.max(1, Math.abs(mean)) ? deviation : 0 };
}

function standardised(values: Float64Array, { mean, deviation }: Scale): Float64Array {
  return values.map((value) => (Number.isNaN(value) || deviation === 0 ? 0 : (value - mean) / deviation));
}

function columnsOf({ n, d, values }: DesignMatrix): Float64Array[] {
  return Array.from({ length: d }, (_, k) =>
    Float64Array.from({ length: n }, (_, row) => values[row * d + k]!),
  );
}
