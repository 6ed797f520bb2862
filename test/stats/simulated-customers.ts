import type { Family } from "../../src/stats/buy-till-you-die.js";
import type { PurchaseHistories } from "../../src/stats/purchase-history.js";
import type { Random } from "../../src/stats/random.js";

/** Customers who buy and leave as a family of models says, first seen over a year and observed to the end of the second. */
export function simulateCustomers(
  family: Family,
  parameters: readonly number[],
  n: number,
  random: Random,
): PurchaseHistories {
  const histories = Array.from({ length: n }, () => {
    const age = 52 + 52 * random.uniform();
    return { age, ...simulateHistory(family, parameters, age, random) };
  });
  return {
    frequency: Float64Array.from(histories, ({ frequency }) => frequency),
    recency: Float64Array.from(histories, ({ recency }) => recency),
    age: Float64Array.from(histories, ({ age }) => age),
    customers: new Float64Array(n).fill(1),
  };
}

function simulateHistory(
  family: Family,
  [r, alpha, third, fourth]: readonly number[],
  age: number,
  random: Random,
): { frequency: number; recency: number } {
  const rate = gammaDraw(r!, random) / alpha!;
  const isPareto = family === "pareto_nbd";
  const end = isPareto ? Math.min(age, exponential(gammaDraw(third!, random) / fourth!, random)) : age;
  const leaving = isPareto ? 0 : betaDraw(third!, fourth!, random);
  let [frequency, recency] = [0, 0];
  if (family === "mbg_nbd" && random.uniform() < leaving) return { frequency, recency };
  for (let at = exponential(rate, random); at <= end; at += exponential(rate, random)) {
    frequency++;
    recency = at;
    if (random.uniform() < leaving) break;
  }
  return { frequency, recency };
}

function exponential(rate: number, random: Random): number {
  return -Math.log(1 - random.uniform()) / rate;
}

function betaDraw(a: number, b: number, random: Random): number {
  const x = gammaDraw(a, random);
  return x / (x + gammaDraw(b, random));
}

/** A draw from gamma(shape, 1) by the method of Marsaglia & Tsang 2000. */
export function gammaDraw(shape: number, random: Random): number {
  if (shape < 1) return gammaDraw(shape + 1, random) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
