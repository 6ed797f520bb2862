import { expect, it } from "vitest";
import { maximiseLikelihood, standardErrors } from "../../src/stats/maximum-likelihood.js";

const n = 200;
const sum = 50;

it("finds the rate of an exponential distribution, n over the sum, with the standard error rate / √n", () => {
  const result = maximiseLikelihood(
    {
      logLikelihood: ([rate = NaN]) => ({
        value: n * Math.log(rate) - rate * sum,
        gradient: [n / rate - sum],
      }),
      weight: n,
    },
    [[0.1], [30]],
    { names: ["rate"] },
  );
  if ("reason" in result) throw new Error(result.reason);
  expect(result.fit.parameters[0]).toBeCloseTo(n / sum, 5);
  expect(standardErrors(result.fit)[0]).toBeCloseTo(n / sum / Math.sqrt(n), 5);
  expect(result.fit.logLikelihood).toBeCloseTo(n * Math.log(n / sum) - n, 9);
  expect(result.fit).toMatchObject({ agreeingStarts: 2, starts: 2, undetermined: [] });
});

it("names a parameter that the likelihood does not depend on, and gives the others their errors", () => {
  const result = maximiseLikelihood(
    {
      logLikelihood: ([rate = NaN]) => ({
        value: n * Math.log(rate) - rate * sum,
        gradient: [n / rate - sum, 0],
      }),
      weight: n,
    },
    [[1, 1]],
    { names: ["rate", "idle"] },
  );
  if ("reason" in result) throw new Error(result.reason);
  expect(result.fit.undetermined).toEqual(["idle"]);
  expect(standardErrors(result.fit)).toEqual([expect.closeTo(n / sum / Math.sqrt(n), 5), NaN]);
});

it("holds a parameter that goes to infinity, and names it", () => {
  const result = maximiseLikelihood(
    {
      logLikelihood: ([rate = NaN, scale = NaN]) => ({
        value: n * Math.log(rate) - rate * sum - n / scale,
        gradient: [n / rate - sum, n / scale ** 2],
      }),
      weight: n,
    },
    [[1, 1]],
    { names: ["rate", "scale"] },
  );
  if ("reason" in result) throw new Error(result.reason);
  expect(result.fit.parameters[1]).toBeGreaterThan(1e3);
  expect(result.fit.undetermined).toEqual(["scale"]);
});

it("refuses, in words, where the likelihood cannot be computed", () => {
  const nowhere = { logLikelihood: () => ({ value: NaN, gradient: [NaN] }), weight: 1 };
  expect(maximiseLikelihood(nowhere, [[1]], { names: ["rate"] })).toEqual({
    reason: "the likelihood cannot be computed at any start",
  });
});
