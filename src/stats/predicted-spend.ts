import type { GammaGammaParameters } from "./gamma-gamma.js";
import { incompleteBeta } from "./special-functions.js";

/** What a customer, who bought again `frequency` times for `total` in all, will spend. */
export type SpendQuantile = (
  level: number,
  exceedance: readonly number[],
  customer: { frequency: number; total: number },
) => number;

/** Steps of the logarithm of the sum over which the logarithm of its survival is taken to be straight. */
const step = 0.02;

/**
 * Quantiles of what customers will spend in all, whose number of coming purchases is uncertain (`exceedance`: the chances of at
 * least 1, 2, ...), and each of them too. Given k purchases the sum is gamma(pk, nu) with nu gamma(q + px, v + total), so
 * (v + total) / (sum + v + total) is beta(q + px, pk).
 *
 * Exact but for the interpolation, which moves an amount by less than 0.1%. Fastest where neighbours are alike.
 */
export function spendQuantiles(parameters: GammaGammaParameters): SpendQuantile {
  const grids = new Map<number, SurvivalGrid>();
  return (level, exceedance, { frequency, total }) => {
    const tail = 1 - level;
    if ((exceedance[0] ?? 0) <= tail) return 0;
    const grid = grids.get(frequency) ?? new SurvivalGrid(parameters, frequency);
    grids.set(frequency, grid);
    return (parameters.v + total) * Math.exp(grid.quantile(tail, exceedance));
  };
}

/** Survival functions of sum / (v + total) for customers of one frequency, computed where they are asked for. */
class SurvivalGrid {
  readonly #p: number;
  readonly #shape: number;
  /** Grid point -> P(sum beyond it) of 1, 2, ... purchases. */
  readonly #survivals = new Map<number, number[]>();
  /** Where the last quantile was found: the next is near. */
  #last = 0;

  constructor({ p, q }: GammaGammaParameters, frequency: number) {
    this.#p = p;
    this.#shape = q + p * frequency;
    this.#last = Math.round(Math.log(p / this.#shape) / step);
  }

  /** The logarithm of the sum that is exceeded with probability `tail`. */
  quantile(tail: number, exceedance: readonly number[]): number {
    let low = this.#last;
    let reach = 1;
    for (; this.#survival(low, exceedance) <= tail; reach *= 2) low -= reach;
    let high = low + 1;
    for (reach = 1; this.#survival(high, exceedance) > tail; reach *= 2) {
      low = high;
      high += reach;
    }
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#survival(middle, exceedance) > tail) low = middle;
      else high = middle;
    }
    this.#last = low;
    const [above, below] = [low, high].map((point) => Math.log(this.#survival(point, exceedance)));
    return step * (low + (above! - Math.log(tail)) / (above! - below!));
  }

  #survival(point: number, exceedance: readonly number[]): number {
    let known = this.#survivals.get(point);
    if (!known) this.#survivals.set(point, (known = []));
    let sum = 0;
    for (let index = 0; index < exceedance.length; index++) {
      const chance = exceedance[index]! - (exceedance[index + 1] ?? 0);
      sum += chance * (known[index] ??= this.#beyond(point, index + 1));
    }
    return sum;
  }

  #beyond(point: number, purchases: number): number {
    return incompleteBeta(1 / (1 + Math.exp(step * point)), this.#shape, this.#p * purchases);
  }
}
