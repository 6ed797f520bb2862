import { expect, it } from "vitest";
import { chiSquaredTail, digamma, incompleteBeta, logGamma } from "../../src/stats/special-functions.js";

// From the closed forms: Γ(1/2) = √π, ψ(1) = -γ, ψ(1/2) = -γ - 2 ln 2, I_x(a, 1) = x^a, Q(x; 2) = e^(-x/2), Q(x; 4) = (1 + x/2) e^(-x/2).
const gamma = 0.5772156649015329;

it.each([
  [logGamma(0.5), Math.log(Math.sqrt(Math.PI))],
  [logGamma(1), 0],
  [logGamma(11), Math.log(3628800)],
  [logGamma(1e-8), -Math.log(1e-8) - gamma * 1e-8],
  [digamma(1), -gamma],
  [digamma(0.5), -gamma - 2 * Math.log(2)],
  [digamma(4), -gamma + 1 + 1 / 2 + 1 / 3],
  [incompleteBeta(0.3, 2.5, 1), 0.3 ** 2.5],
  [incompleteBeta(0.5, 2, 3), 0.6875],
  [incompleteBeta(0.5, 400, 400), 0.5],
  [chiSquaredTail(6, 2), Math.exp(-3)],
  [chiSquaredTail(10, 4), 6 * Math.exp(-5)],
])("is %d where mathematics says %d", (found, expected) => {
  expect(found).toBeCloseTo(expected, 12);
});
