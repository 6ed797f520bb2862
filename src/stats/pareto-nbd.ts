import type { BuyTillYouDieModel } from "./buy-till-you-die.js";
import { gaussLegendre, type QuadratureRule } from "./gauss-legendre.js";
import { byFrequency, historyAt, type PurchaseHistories, type PurchaseHistory } from "./purchase-history.js";
import { digamma, logGamma } from "./special-functions.js";

/**
 * Pareto/NBD (Schmittlein, Morrison & Colombo 1987): a customer leaves at a moment of their own, independent of purchases,
 * exponential at a rate that is gamma(s, beta) over customers.
 *
 * The likelihood's second part, usually a difference of two 2F1, is computed as the integral that it is: over the unseen
 * moment of leaving, by Gauss-Legendre in its logarithm. Nothing cancels and the derivatives come with it.
 */
export const paretoNbd: BuyTillYouDieModel = {
  family: "pareto_nbd",
  names: ["r", "alpha", "s", "beta"],
  logLikelihood,
  probabilityAlive(history, parameters) {
    const { log, logStayed } = lastSeen(history, parametersOf(parameters));
    return Math.exp(logStayed - log);
  },
  expectedPurchases(history, horizon, parameters) {
    const { r, alpha, s, beta } = parametersOf(parameters);
    const rate = (r + history.frequency) / (alpha + history.age);
    return (
      this.probabilityAlive(history, parameters) * rate * expectedTimeThere(horizon, s, beta + history.age)
    );
  },
  expectedRepeats(age, parameters) {
    const { r, alpha, s, beta } = parametersOf(parameters);
    return (r / alpha) * expectedTimeThere(age, s, beta);
  },
  exceedance,
};

interface Parameters {
  r: number;
  alpha: number;
  s: number;
  beta: number;
}

function parametersOf([r, alpha, s, beta]: readonly number[]): Parameters {
  return { r: r!, alpha: alpha!, s: s!, beta: beta! };
}

function logLikelihood(histories: PurchaseHistories, values: readonly number[]) {
  const parameters = parametersOf(values);
  const { r, alpha, s, beta } = parameters;
  const [logAlpha, logBeta] = [Math.log(alpha), Math.log(beta)];
  const gammas = byFrequency(histories.frequency, (x) => ({
    value: logGamma(r + x) - logGamma(r) + r * logAlpha + s * logBeta,
    r: digamma(r + x) - digamma(r) + logAlpha,
  }));
  let value = 0;
  const gradient = [0, 0, 0, 0];
  const slopes = new Float64Array(4);
  for (let index = 0; index < histories.frequency.length; index++) {
    const frequency = histories.frequency[index]!;
    const weight = histories.customers[index]!;
    const term = gammas.get(frequency)!;
    const { log } = lastSeen(historyAt(histories, index), parameters, slopes);
    value += weight * (term.value + log);
    gradient[0]! += weight * (term.r + slopes[0]!);
    gradient[1]! += weight * (r / alpha + slopes[1]!);
    gradient[2]! += weight * (logBeta + slopes[2]!);
    gradient[3]! += weight * (s / beta + slopes[3]!);
  }
  return { value, gradient };
}

const fine = gaussLegendre(24);
const coarse = gaussLegendre(12);

/** e-folds after which the rest of an integral is beneath double precision. */
const negligible = 32;

interface LastSeen {
  log: number;
  /** Of the part of those who are still there. */
  logStayed: number;
}

/**
 * The logarithm of (alpha + T)^-(r + x) (beta + T)^-s + s ∫ (alpha + t)^-(r + x) (beta + t)^-(s + 1) dt over t from the last
 * purchase to T: still there, or left in between.
 *
 * @param slopes where to put the derivatives of `log` by r, alpha, s, beta
 */
function lastSeen(
  { frequency, recency, age }: PurchaseHistory,
  { r, alpha, s, beta }: Parameters,
  slopes = new Float64Array(4),
): LastSeen {
  const shape = r + frequency;
  const [smaller, powerOfSmaller, powerOfLarger] =
    alpha <= beta ? [alpha, shape, s + 1] : [beta, s + 1, shape];
  const difference = Math.abs(alpha - beta);
  const from = Math.log(smaller + recency);
  const slowest =
    powerOfSmaller - 1 + (powerOfLarger * (smaller + recency)) / (smaller + difference + recency);
  const whole = Math.log(smaller + age) - from;
  const width = slowest > 0 ? Math.min(whole, negligible / slowest) : whole;
  const { nodes, weights } = width <= 2 && (powerOfSmaller + powerOfLarger) * width <= 8 ? coarse : fine;

  const logStayed = -shape * Math.log(alpha + age) - s * Math.log(beta + age);
  const logLeftAtOnce =
    Math.log(s * (smaller + recency)) -
    shape * Math.log(alpha + recency) -
    (s + 1) * Math.log(beta + recency);
  const scale = Math.max(logStayed, logLeftAtOnce);
  const stayed = Math.exp(logStayed - scale);
  let total = stayed;
  let byR = -stayed * Math.log(alpha + age);
  let byAlpha = (-stayed * shape) / (alpha + age);
  let byS = -stayed * Math.log(beta + age);
  let byBeta = (-stayed * s) / (beta + age);
  const logScale = scale - Math.log((s * width) / 2);
  for (let node = 0; node < nodes.length && width > 0; node++) {
    const near = from + (width * (1 + nodes[node]!)) / 2;
    const base = Math.exp(near);
    const far = Math.log(base + difference);
    const [logToAlpha, logToBeta] = alpha <= beta ? [near, far] : [far, near];
    const part = weights[node]! * Math.exp(near - shape * logToAlpha - (s + 1) * logToBeta - logScale);
    total += part;
    byR -= part * logToAlpha;
    byAlpha -= (part * shape) / (alpha <= beta ? base : base + difference);
    byS += part * (1 / s - logToBeta);
    byBeta -= (part * (s + 1)) / (alpha <= beta ? base + difference : base);
  }
  slopes[0] = byR / total;
  slopes[1] = byAlpha / total;
  slopes[2] = byS / total;
  slopes[3] = byBeta / total;
  return { log: scale + Math.log(total), logStayed };
}

/** Weeks of the coming `horizon` that a customer is there, whose rate of leaving is gamma(s, beta). */
function expectedTimeThere(horizon: number, s: number, beta: number): number {
  const log = Math.log1p(horizon / beta);
  return s === 1 ? beta * log : (-beta * Math.expm1((1 - s) * log)) / (s - 1);
}

/**
 * The k-th purchase comes within the horizon and before the customer leaves: an integral over its moment u, whose
 * u / (alpha + T + u) is beta(k, r + x).
 */
function exceedance(
  history: PurchaseHistory,
  horizon: number,
  values: readonly number[],
  tail: number,
): number[] {
  const { r, alpha, s, beta } = parametersOf(values);
  const shape = r + history.frequency;
  const ratio = (alpha + history.age) / (beta + history.age);
  const end = horizon / (alpha + history.age + horizon);
  const alive = paretoNbd.probabilityAlive(history, values);
  const probabilities: number[] = [];
  for (let k = 1; ; k++) {
    const constant = logGamma(shape + k) - logGamma(shape) - logGamma(k);
    const density = (w: number) =>
      Math.exp(
        constant +
          (k - 1) * Math.log(w) +
          (shape - 1) * Math.log1p(-w) -
          s * Math.log1p((ratio * w) / (1 - w)),
      );
    const sum = k + shape;
    const mean = k / sum;
    const reach = 16 * Math.sqrt((mean * (1 - mean)) / (sum + 1));
    const low = Math.max(0, Math.min(mean - reach, end * Math.exp(-negligible / k)));
    const high = Math.min(end, mean + reach);
    const probability = low < high ? alive * integral(density, low, high, sum <= 40 ? few : many) : 0;
    probabilities.push(probability);
    if (!(probability >= tail)) return probabilities;
  }
}

const few = gaussLegendre(20);
const many = gaussLegendre(64);

function integral(
  integrand: (x: number) => number,
  low: number,
  high: number,
  { nodes, weights }: QuadratureRule,
): number {
  const half = (high - low) / 2;
  return nodes.reduce(
    (sum, node, index) => sum + weights[index]! * half * integrand(low + half * (1 + node)),
    0,
  );
}
