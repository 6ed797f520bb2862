import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buyTillYouDieModels,
  fitBuyTillYouDie,
  type BuyTillYouDieModel,
  type Family,
} from "../../src/stats/buy-till-you-die.js";
import { bestFamily, fitFamilies } from "../../src/stats/family-choice.js";
import { standardErrors } from "../../src/stats/maximum-likelihood.js";
import type { PurchaseHistories } from "../../src/stats/purchase-history.js";
import { Random } from "../../src/stats/random.js";
import { cdnow } from "./cdnow.js";
import { simulateCustomers } from "./simulated-customers.js";

const models = Object.values(buyTillYouDieModels);

function fitted(model: BuyTillYouDieModel, histories: PurchaseHistories) {
  const result = fitBuyTillYouDie(model, histories);
  if ("reason" in result) throw new Error(result.reason);
  return result.fit;
}

describe("the CDNOW sample", () => {
  it("gives BG/NBD the estimates of Fader, Hardie & Lee 2005, table 2", () => {
    const { parameters, logLikelihood, agreeingStarts } = fitted(buyTillYouDieModels.bg_nbd, cdnow);
    const [r, alpha, a, b] = parameters;
    expect(r).toBeCloseTo(0.243, 3);
    expect(alpha).toBeCloseTo(4.414, 3);
    expect(a).toBeCloseTo(0.793, 3);
    expect(b).toBeCloseTo(2.426, 3);
    expect(logLikelihood).toBeCloseTo(-9582.4, 1);
    expect(agreeingStarts).toBe(4);
  });

  it("gives Pareto/NBD the estimates of the same table", () => {
    const { parameters, logLikelihood } = fitted(buyTillYouDieModels.pareto_nbd, cdnow);
    const [r, alpha, s, beta] = parameters;
    expect(r).toBeCloseTo(0.553, 3);
    expect(alpha).toBeCloseTo(10.578, 3);
    expect(s).toBeCloseTo(0.606, 3);
    expect(beta).toBeCloseTo(11.669, 3);
    expect(logLikelihood).toBeCloseTo(-9595.0, 1);
  });

  it("gives MBG/NBD the estimates of lifetimes 0.11.3", () => {
    const [r, alpha, a, b] = fitted(buyTillYouDieModels.mbg_nbd, cdnow).parameters;
    expect(r).toBeCloseTo(0.52484, 3);
    expect(alpha).toBeCloseTo(6.18299, 3);
    expect(a).toBeCloseTo(0.89136, 3);
    expect(b).toBeCloseTo(1.614, 3);
  });

  it("expects 1.226 purchases in 39 weeks of a customer with x = 2, t = 30.43, T = 38.86 (Fader, Hardie & Lee's worked example)", () => {
    const history = { frequency: 2, recency: 30.43, age: 38.86 };
    const parameters = [0.243, 4.414, 0.793, 2.426];
    expect(buyTillYouDieModels.bg_nbd.expectedPurchases(history, 39, parameters)).toBeCloseTo(1.226, 3);
  });

  // Computed by lifetimes 0.11.3 at its own estimates.
  it.each<[Family, number[], number, number, number]>([
    [
      "bg_nbd",
      [0.2425929282798217, 4.413532265271817, 0.7928859664406721, 2.4257523826257996],
      0.72660914,
      1.22591042,
      1.8579717,
    ],
    [
      "mbg_nbd",
      [0.5248377255676965, 6.182988479134161, 0.8913562809310621, 1.6140000256718565],
      0.70612626,
      1.26267078,
      1.8036362,
    ],
    [
      "pareto_nbd",
      [0.5532893955155728, 10.577797937870598, 0.606208985635236, 11.667425287843946],
      0.86911831,
      1.4551146,
      1.90987509,
    ],
  ])(
    "agrees with lifetimes on %s for that customer and for a new one",
    (family, parameters, alive, purchases, repeats) => {
      const model = buyTillYouDieModels[family];
      const history = { frequency: 2, recency: 30.43, age: 38.86 };
      expect(model.probabilityAlive(history, parameters)).toBeCloseTo(alive, 7);
      expect(model.expectedPurchases(history, 39, parameters)).toBeCloseTo(purchases, 7);
      expect(model.expectedRepeats(78, parameters)).toBeCloseTo(repeats, 7);
    },
  );

  it("is fitted better by MBG/NBD than by BG/NBD, by a hair, and by both than by Pareto/NBD", () => {
    const fits = fitFamilies(["pareto_nbd", "bg_nbd", "mbg_nbd"], cdnow);
    expect(bestFamily(fits)?.family).toBe("mbg_nbd");
  });
});

const parameterOf = fc.double({ min: 0.05, max: 20, noNaN: true });
const anyParameters = fc.array(parameterOf, { minLength: 4, maxLength: 4 });
const anyHistory = fc
  .record({
    frequency: fc.integer({ min: 0, max: 40 }),
    share: fc.double({ min: 0.01, max: 1, noNaN: true }),
    age: fc.double({ min: 0.5, max: 150, noNaN: true }),
  })
  .map(({ frequency, share, age }) => ({ frequency, recency: frequency === 0 ? 0 : share * age, age }));

describe.each(models)("$family", (model) => {
  it("has the derivatives that differences of its likelihood show", () => {
    fc.assert(
      fc.property(anyParameters, anyHistory, (parameters, history) => {
        const histories = {
          frequency: Float64Array.of(history.frequency),
          recency: Float64Array.of(history.recency),
          age: Float64Array.of(history.age),
          customers: Float64Array.of(1),
        };
        const { gradient } = model.logLikelihood(histories, parameters);
        for (const index of parameters.keys()) {
          const step = 1e-5 * parameters[index]!;
          const [above, below] = [step, -step].map(
            (shift) =>
              model.logLikelihood(histories, parameters.with(index, parameters[index]! + shift)).value,
          );
          const difference = (above! - below!) / (2 * step);
          expect(Math.abs(gradient[index]! - difference)).toBeLessThan(1e-4 * (1 + Math.abs(difference)));
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("gives chances of at least 1, 2, ... purchases that fall and that add up to the expectation", () => {
    fc.assert(
      fc.property(
        anyParameters,
        anyHistory,
        fc.double({ min: 1, max: 52, noNaN: true }),
        (parameters, history, horizon) => {
          const chances = model.exceedance(history, horizon, parameters, 1e-10);
          chances.forEach((chance, k) => expect(chance).toBeLessThanOrEqual((chances[k - 1] ?? 1) + 1e-12));
          const expected = model.expectedPurchases(history, horizon, parameters);
          const sum = chances.reduce((total, chance) => total + chance, 0);
          expect(Math.abs(sum - expected)).toBeLessThan(1e-5 * (1 + expected));
        },
      ),
      { seed: 2, numRuns: 100 },
    );
  });

  it("thinks a customer the likelier gone the longer the silence, and expects nothing of no time", () => {
    const parameters = [0.6, 8, 0.9, 2.5];
    const alive = [4, 20, 60, 200].map((silence) =>
      model.probabilityAlive({ frequency: 3, recency: 30, age: 30 + silence }, parameters),
    );
    expect(alive).toEqual(alive.toSorted((one, other) => other - one));
    expect(model.expectedPurchases({ frequency: 3, recency: 30, age: 40 }, 0, parameters)).toBe(0);
  });

  it("recovers planted parameters within three standard errors", () => {
    const planted = model.family === "pareto_nbd" ? [0.8, 6, 0.9, 20] : [0.8, 6, 0.9, 3];
    const histories = simulateCustomers(model.family, planted, 6000, new Random(`planted ${model.family}`));
    const fit = fitted(model, histories);
    const errors = standardErrors(fit);
    planted.forEach((value, index) => {
      expect(Math.abs(fit.parameters[index]! - value)).toBeLessThan(3 * errors[index]!);
      expect(errors[index]).toBeLessThan(value);
    });
  });

  it("refuses customers of whom fewer than thirty came back", () => {
    const once = {
      frequency: Float64Array.of(0, 1),
      recency: Float64Array.of(0, 3),
      age: Float64Array.of(10, 10),
      customers: Float64Array.of(500, 29),
    };
    expect(fitBuyTillYouDie(model, once)).toEqual({
      reason: "29 of 529 customers bought on more than one day, fewer than 30",
    });
  });
});

describe("at the edges of the parameters", () => {
  const history = { frequency: 4, recency: 20, age: 30 };

  it("BG/NBD with one chance to leave for all, 15%, expects at most 1 / 0.15 purchases", () => {
    const { bg_nbd: model } = buyTillYouDieModels;
    const expected = model.expectedRepeats(1e4, [2, 1, 1500, 8500]);
    expect(expected).toBeCloseTo(1 / 0.15, 2);
  });

  it("Pareto/NBD passes smoothly through s = 1 and through alpha = beta", () => {
    const { pareto_nbd: model } = buyTillYouDieModels;
    const around = [1 - 1e-7, 1, 1 + 1e-7].map((s) => model.expectedPurchases(history, 26, [0.5, 5, s, 9]));
    expect(around[1]).toBeCloseTo((around[0]! + around[2]!) / 2, 9);
    const alike = [9 - 1e-7, 9, 9 + 1e-7].map((alpha) =>
      model.probabilityAlive(history, [0.5, alpha, 0.7, 9]),
    );
    expect(alike[1]).toBeCloseTo((alike[0]! + alike[2]!) / 2, 9);
  });

  it("all stay finite for a customer with two thousand purchases", () => {
    for (const model of models) {
      const often = { frequency: 2000, recency: 103.99, age: 104 };
      const expected = model.expectedPurchases(often, 26, [0.5, 5, 0.7, 9]);
      const sum = model
        .exceedance(often, 26, [0.5, 5, 0.7, 9], 1e-9)
        .reduce((total, chance) => total + chance, 0);
      expect(expected).toBeGreaterThan(1);
      expect(Math.abs(sum - expected)).toBeLessThan(1e-4 * expected);
    }
  });

  it("BG/NBD says of customers who never leave that the parameters of leaving are undetermined", () => {
    const histories = simulateCustomers("bg_nbd", [1, 6, 1e-6, 1], 3000, new Random("loyal"));
    const { undetermined, parameters } = fitted(buyTillYouDieModels.bg_nbd, histories);
    expect(undetermined).toContain("a");
    expect(parameters[0]! / parameters[1]!).toBeCloseTo(1 / 6, 1);
  });
});
