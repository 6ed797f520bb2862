/** What is known of a customer's purchases, in weeks (Fader, Hardie & Lee 2005). */
export interface PurchaseHistory {
  /** Repeat purchases: days with a purchase, the first not counted. */
  frequency: number;
  /** From the first purchase to the last; 0 without a repeat. */
  recency: number;
  /** T: from the first purchase to the end of the observation. */
  age: number;
}

/** `n` distinct histories, each with the number of customers who have it. */
export interface PurchaseHistories {
  frequency: Float64Array;
  recency: Float64Array;
  age: Float64Array;
  customers: Float64Array;
}

/** With fewer customers who bought again no model of purchases or of spend is fitted. */
export const fewestRepeatCustomers = 30;

export function historyAt({ frequency, recency, age }: PurchaseHistories, index: number): PurchaseHistory {
  return { frequency: frequency[index]!, recency: recency[index]!, age: age[index]! };
}

export function isSame(one: PurchaseHistory, other: PurchaseHistory): boolean {
  return one.frequency === other.frequency && one.recency === other.recency && one.age === other.age;
}

export function totalOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** At most about `size` of the histories, evenly spaced in their order. */
export function thinned(histories: PurchaseHistories, size: number): PurchaseHistories {
  const stride = Math.ceil(histories.frequency.length / size);
  if (stride <= 1) return histories;
  const every = (values: Float64Array) => values.filter((_, index) => index % stride === 0);
  return {
    frequency: every(histories.frequency),
    recency: every(histories.recency),
    age: every(histories.age),
    customers: every(histories.customers),
  };
}

/** Per distinct frequency something that is costly to compute, found by frequency. */
export function byFrequency<T>(frequencies: Float64Array, compute: (frequency: number) => T): Map<number, T> {
  const computed = new Map<number, T>();
  for (const frequency of frequencies) {
    if (!computed.has(frequency)) computed.set(frequency, compute(frequency));
  }
  return computed;
}
