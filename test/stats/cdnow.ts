import { readFileSync } from "node:fs";
import type { RepeatSpends } from "../../src/stats/gamma-gamma.js";
import type { PurchaseHistories } from "../../src/stats/purchase-history.js";

/**
 * The CDNOW sample of Fader, Hardie & Lee (2005): 2,357 customers who first bought in early 1997, observed to 30 September
 * 1997, counted by history (brucehardie.com/datasets).
 */
const records = readFileSync(new URL("cdnow.csv", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split(",").map(Number));

function column(rows: readonly number[][], index: number, per = 1): Float64Array {
  return Float64Array.from(rows, (row) => row[index]! / per);
}

export const cdnow: PurchaseHistories = {
  frequency: column(records, 0),
  recency: column(records, 1, 7),
  age: column(records, 2, 7),
  customers: column(records, 4),
};

const repeated = records.filter(([frequency]) => frequency! > 0);

export const cdnowSpends: RepeatSpends = {
  frequency: column(repeated, 0),
  meanSpend: Float64Array.from(repeated, ([frequency, , , spend]) => spend! / frequency!),
  customers: column(repeated, 4),
};
