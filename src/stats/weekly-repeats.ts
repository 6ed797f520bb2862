import type { BuyTillYouDieModel } from "./buy-till-you-die.js";

/** Customers by the day of their first purchase, in days since the first of all. */
export interface Births {
  day: Float64Array;
  customers: Float64Array;
}

/**
 * Repeat purchases that a model expects of all customers together up to the end of each week: equation (9) of Fader, Hardie &
 * Lee 2005 summed over the days of first purchase.
 *
 * @returns cumulative, `weeks` numbers
 */
export function cumulativeRepeats(
  model: BuyTillYouDieModel,
  parameters: readonly number[],
  { day, customers }: Births,
  weeks: number,
): Float64Array {
  const expected = new Map<number, number>();
  const after = (days: number): number => {
    const known = expected.get(days) ?? model.expectedRepeats(days / 7, parameters);
    expected.set(days, known);
    return known;
  };
  return Float64Array.from({ length: weeks }, (_, week) => {
    const end = 7 * (week + 1);
    return customers.reduce(
      (sum, count, index) => sum + (day[index]! < end ? count * after(end - 1 - day[index]!) : 0),
      0,
    );
  });
}
