import { describe, expect, it } from "vitest";
import { buyTillYouDieModels } from "../../src/stats/buy-till-you-die.js";
import { lifetimeValues, purchasesQuantile } from "../../src/stats/lifetime-value.js";
import type { MaximumLikelihoodFit } from "../../src/stats/maximum-likelihood.js";
import { spendQuantiles } from "../../src/stats/predicted-spend.js";
import { Random } from "../../src/stats/random.js";
import { quantile } from "../../src/stats/bootstrap.js";
import { gammaDraw } from "./simulated-customers.js";

const { bg_nbd: model } = buyTillYouDieModels;
const parameters = [0.8, 6, 0.9, 3];
const spend = { p: 4, q: 3, v: 60 };
const history = { frequency: 5, recency: 40, age: 45 };
const total = 150;
const horizon = 26;

function fitOf(estimates: number[], errorOfFirst: number): MaximumLikelihoodFit {
  return {
    parameters: estimates,
    logLikelihood: 0,
    covarianceOfLogs: estimates.map((_, i) =>
      estimates.map((__, j) => (i === 0 && j === 0 ? errorOfFirst ** 2 : 0)),
    ),
    undetermined: [],
    agreeingStarts: 1,
    starts: 1,
  };
}

/** What customers with this history do next, drawn from their posterior. */
function simulate(n: number): { purchases: Float64Array; sums: Float64Array } {
  const random = new Random("what comes next");
  const purchases = new Float64Array(n);
  const sums = new Float64Array(n);
  const alive = model.probabilityAlive(history, parameters);
  const [r, alpha, a, b] = parameters;
  for (let draw = 0; draw < n; draw++) {
    if (random.uniform() >= alive) continue;
    const rate = gammaDraw(r! + history.frequency, random) / (alpha! + history.age);
    const x = gammaDraw(a!, random);
    const leaving = x / (x + gammaDraw(b! + history.frequency, random));
    const nu = gammaDraw(spend.q + spend.p * history.frequency, random) / (spend.v + total);
    for (
      let at = -Math.log(1 - random.uniform()) / rate;
      at <= horizon;
      at -= Math.log(1 - random.uniform()) / rate
    ) {
      purchases[draw]!++;
      sums[draw]! += gammaDraw(spend.p, random) / nu;
      if (random.uniform() < leaving) break;
    }
  }
  return { purchases, sums };
}

describe("predictions", () => {
  const { purchases, sums } = simulate(40_000);
  const exceedance = model.exceedance(history, horizon, parameters, 1e-9);
  const share = (values: Float64Array, limit: number) =>
    values.filter((value) => value <= limit).length / values.length;

  it("of purchases are those that a simulation of the same customer shows", () => {
    for (const k of [1, 2, 3, 5, 8]) {
      expect(exceedance[k - 1]).toBeCloseTo(1 - share(purchases, k - 1), 2);
    }
    expect(purchasesQuantile(0.975, exceedance)).toBe(quantile(purchases.toSorted(), 0.975));
  });

  it("of what they spend have the quantiles that the simulation shows", () => {
    const spendQuantile = spendQuantiles(spend);
    for (const level of [0.6, 0.8, 0.975]) {
      const limit = spendQuantile(level, exceedance, { frequency: history.frequency, total });
      expect(share(sums, limit)).toBeCloseTo(level, 2);
    }
  });

  it("of what a silent customer spends begin at nothing", () => {
    expect(spendQuantiles(spend)(0.025, exceedance, { frequency: history.frequency, total })).toBe(0);
  });
});

describe("lifetime values", () => {
  const histories = {
    frequency: Float64Array.of(5, 0),
    recency: Float64Array.of(40, 0),
    age: Float64Array.of(45, 45),
    customers: Float64Array.of(1, 1),
  };
  const columns = (fitted: Parameters<typeof lifetimeValues>[0]) => {
    const found = lifetimeValues(fitted, histories, Float64Array.of(total, 0), horizon);
    return Object.fromEntries(found.map(({ name, values }) => [name, values]));
  };

  it("bound the expectation by the parameters' errors: here that of r alone", () => {
    const error = 0.1;
    const { expected_purchases: expected, expected_purchases_parameter_high: high } = columns({
      model,
      purchases: fitOf(parameters, error),
    });
    const at = (r: number) => Math.log(model.expectedPurchases(history, horizon, parameters.with(0, r)));
    const slope = (at(0.8 * 1.001) - at(0.8)) / Math.log(1.001);
    expect(Math.log(high![0]! / expected![0]!)).toBeCloseTo(1.96 * error * Math.abs(slope), 3);
  });

  it("bound what the customer does more widely than what is expected of them", () => {
    const found = columns({ model, purchases: fitOf(parameters, 0.1), spend: fitOf([4, 3, 60], 0.1) });
    expect(found.purchases_prediction_low![0]).toBeLessThan(found.expected_purchases_parameter_low![0]!);
    expect(found.purchases_prediction_high![0]).toBeGreaterThan(found.expected_purchases_parameter_high![0]!);
    expect(found.value_prediction_high![0]).toBeGreaterThan(found.expected_value_parameter_high![0]!);
  });

  it("are sure of what BG/NBD is sure of: without a repeat purchase nobody has left", () => {
    const found = columns({ model, purchases: fitOf(parameters, 0.1) });
    expect([
      found.probability_alive![1],
      found.probability_alive_parameter_low![1],
      found.probability_alive_parameter_high![1],
    ]).toEqual([1, 1, 1]);
  });

  it("have no value without a model of spend", () => {
    expect(columns({ model, purchases: fitOf(parameters, 0.1) }).expected_value![0]).toBeNaN();
  });
});
