import { expect, it } from "vitest";
import {
  expectedSpend,
  expectedSpendSlopes,
  fitGammaGamma,
  gammaGammaLogLikelihood,
  type RepeatSpends,
} from "../../src/stats/gamma-gamma.js";
import { standardErrors } from "../../src/stats/maximum-likelihood.js";
import { Random } from "../../src/stats/random.js";
import { cdnowSpends } from "./cdnow.js";
import { gammaDraw } from "./simulated-customers.js";

function fitted(spends: RepeatSpends) {
  const result = fitGammaGamma(spends);
  if ("reason" in result) throw new Error(result.reason);
  return result.fit;
}

it("gives the estimates of Fader & Hardie 2013 for the CDNOW sample", () => {
  const [p, q, v] = fitted(cdnowSpends).parameters;
  expect(p).toBeCloseTo(6.25, 2);
  expect(q).toBeCloseTo(3.74, 2);
  expect(v).toBeCloseTo(15.44, 2);
});

it("gives the same estimates in another currency, but for the scale", () => {
  const rate = 163.5;
  const inYen = { ...cdnowSpends, meanSpend: cdnowSpends.meanSpend.map((spend) => spend * rate) };
  const [euro, yen] = [fitted(cdnowSpends).parameters, fitted(inYen).parameters];
  expect(yen[0]).toBeCloseTo(euro[0]!, 6);
  expect(yen[1]).toBeCloseTo(euro[1]!, 6);
  expect(yen[2]! / rate).toBeCloseTo(euro[2]!, 5);
});

it("has the derivatives that differences of its likelihood show", () => {
  const parameters = [5, 3, 20];
  const { gradient } = gammaGammaLogLikelihood(cdnowSpends, parameters);
  for (const index of parameters.keys()) {
    const [above, below] = [1e-5, -1e-5].map(
      (shift) =>
        gammaGammaLogLikelihood(cdnowSpends, parameters.with(index, parameters[index]! + shift)).value,
    );
    expect(gradient[index]).toBeCloseTo((above! - below!) / 2e-5, 3);
  }
});

it("recovers planted parameters within three standard errors", () => {
  const random = new Random("planted spend");
  const planted = [4, 3, 60];
  const customers = Array.from({ length: 5000 }, () => {
    const frequency = 1 + random.integer(6);
    const nu = gammaDraw(planted[1]!, random) / planted[2]!;
    return { frequency, meanSpend: gammaDraw(planted[0]! * frequency, random) / nu / frequency };
  });
  const fit = fitted({
    frequency: Float64Array.from(customers, ({ frequency }) => frequency),
    meanSpend: Float64Array.from(customers, ({ meanSpend }) => meanSpend),
    customers: new Float64Array(customers.length).fill(1),
  });
  planted.forEach((value, index) =>
    expect(Math.abs(fit.parameters[index]! - value)).toBeLessThan(3 * standardErrors(fit)[index]!),
  );
});

it("expects of a customer a mean of their own and everybody's, weighed by how often they bought", () => {
  const parameters = { p: 6.25, q: 3.74, v: 15.44 };
  const everybody = (6.25 * 15.44) / 2.74;
  expect(expectedSpend(parameters, 0, 0)).toBeCloseTo(everybody, 9);
  const own = 50;
  const weight = (6.25 * 4) / (6.25 * 4 + 2.74);
  expect(expectedSpend(parameters, 4, 4 * own)).toBeCloseTo(weight * own + (1 - weight) * everybody, 9);
});

it("knows how that expectation moves with each parameter", () => {
  const at = (p: number, q: number, v: number) => Math.log(expectedSpend({ p, q, v }, 3, 90));
  const step = 1e-6;
  const [byP, byQ, byV] = expectedSpendSlopes({ p: 6, q: 4, v: 15 }, 3, 90);
  expect(byP).toBeCloseTo((at(6 * Math.exp(step), 4, 15) - at(6, 4, 15)) / step, 5);
  expect(byQ).toBeCloseTo((at(6, 4 * Math.exp(step), 15) - at(6, 4, 15)) / step, 5);
  expect(byV).toBeCloseTo((at(6, 4, 15 * Math.exp(step)) - at(6, 4, 15)) / step, 5);
});

it("refuses, in words, where fewer than thirty bought again", () => {
  const some = (customers: number[]) => ({
    frequency: new Float64Array(customers.length).fill(2),
    meanSpend: new Float64Array(customers.length).fill(9.5),
    customers: Float64Array.from(customers),
  });
  for (const customers of [[], [1], [20, 9]]) {
    const n = customers.reduce((sum, count) => sum + count, 0);
    expect(fitGammaGamma(some(customers))).toEqual({
      reason: `${n} customers bought again for an amount above zero, fewer than 30`,
    });
  }
});

it("survives customers who all spend the same, whose spends have no variance to learn", () => {
  const result = fitGammaGamma({
    frequency: Float64Array.of(1, 2, 3),
    meanSpend: new Float64Array(3).fill(9.5),
    customers: new Float64Array(3).fill(40),
  });
  if ("fit" in result) {
    const [p = NaN, q = NaN, v = NaN] = result.fit.parameters;
    expect(expectedSpend({ p, q, v }, 2, 19)).toBeCloseTo(9.5, 1);
  } else expect(result.reason).toMatch(/no maximum|infinite|determine/);
});
