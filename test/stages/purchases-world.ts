import { Random } from "../../src/stats/random.js";
import { gammaDraw } from "../stats/simulated-customers.js";

export interface Purchase {
  customer: string;
  /** ISO date. */
  day: string;
  amount: string;
}

/** Two years of purchases, from 2024-01-01, of customers who buy at a rate of their own and leave after any purchase. */
export function purchasesWorld(customers: number, seed: string): Purchase[] {
  const random = new Random(seed);
  const purchases: Purchase[] = [];
  for (let number = 0; number < customers; number++) {
    const rate = gammaDraw(0.8, random) / 40;
    const mean = 40 / gammaDraw(3, random);
    for (let at = random.uniform() * 500; at < 731; at -= Math.log(1 - random.uniform()) / rate) {
      const day = new Date(Date.UTC(2024, 0, 1) + Math.floor(at) * 86_400_000).toISOString().slice(0, 10);
      purchases.push({ customer: `c${number}`, day, amount: (mean * gammaDraw(4, random)).toFixed(2) });
      if (random.uniform() < 0.15) break;
    }
  }
  return purchases.sort((one, other) => one.day.localeCompare(other.day));
}

export function csv(purchases: readonly Purchase[]): string {
  return [
    "customer,day,amount",
    ...purchases.map(({ customer, day, amount }) => `${customer},${day},${amount}`),
    "",
  ].join("\n");
}
