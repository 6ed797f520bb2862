import type { BuyTillYouDieModel, Family } from "./buy-till-you-die.js";
import { byFrequency, type PurchaseHistories, type PurchaseHistory } from "./purchase-history.js";
import { digamma, logGamma } from "./special-functions.js";

/**
 * BG/NBD (Fader, Hardie & Lee 2005, "Counting Your Customers" the Easy Way): after each repeat purchase a customer leaves
 * with a chance of their own, beta(a, b).
 */
export const bgNbd = betaGeometric("bg_nbd", 0);

/** MBG/NBD (Batislam, Denizel & Filiztekin 2007): as BG/NBD, but a customer may leave after the first purchase already. */
export const mbgNbd = betaGeometric("mbg_nbd", 1);

/** @param extra chances to leave besides those after each repeat purchase */
function betaGeometric(family: Family, extra: 0 | 1): BuyTillYouDieModel {
  return {
    family,
    names: ["r", "alpha", "a", "b"],
    logLikelihood: (histories, parameters) => logLikelihood(histories, parameters, extra),
    probabilityAlive: (history, parameters) => probabilityAlive(history, parameters, extra),
    expectedPurchases(history, horizon, parameters) {
      return (
        probabilityAlive(history, parameters, extra) *
        purchasesWhileThere(horizon, posteriorOf(history, parameters, extra))
      );
    },
    expectedRepeats(age, parameters) {
      const [r, alpha, a, b] = four(parameters);
      const staying = extra === 0 ? 1 : b / (a + b);
      return staying * purchasesWhileThere(age, { shape: r, rate: alpha, a, b: b + extra });
    },
    exceedance(history, horizon, parameters, tail) {
      const alive = probabilityAlive(history, parameters, extra);
      return chancesOfPurchases(horizon, posteriorOf(history, parameters, extra), tail / alive).map(
        (chance) => alive * chance,
      );
    },
  };
}

function logLikelihood(
  { frequency, recency, age, customers }: PurchaseHistories,
  parameters: readonly number[],
  extra: 0 | 1,
) {
  const [r, alpha, a, b] = four(parameters);
  const logAlpha = Math.log(alpha);
  const constant = {
    logGamma: logGamma(a + b) - logGamma(b) - logGamma(r) + r * logAlpha,
    r: logAlpha - digamma(r),
    ab: digamma(a + b),
    b: digamma(b),
  };
  const terms = byFrequency(frequency, (x) => {
    const chances = x + extra;
    const both = digamma(a + b + chances);
    return {
      value: constant.logGamma + logGamma(r + x) + logGamma(b + chances) - logGamma(a + b + chances),
      r: constant.r + digamma(r + x),
      a: constant.ab - both,
      b: constant.ab - both - constant.b + digamma(b + chances),
      logOdds: chances > 0 ? Math.log(a / (b + chances - 1)) : -Infinity,
      leftAfterLast: chances > 0 ? 1 / (b + chances - 1) : 0,
    };
  });
  let value = 0;
  const gradient = [0, 0, 0, 0];
  for (let index = 0; index < frequency.length; index++) {
    const x = frequency[index]!;
    const weight = customers[index]!;
    const term = terms.get(x)!;
    const end = alpha + age[index]!;
    const last = alpha + recency[index]!;
    const logEnd = Math.log(end);
    const silence = logEnd - Math.log(last);
    const logOdds = term.logOdds + (r + x) * silence;
    const left = sigmoid(logOdds);
    value += weight * (term.value - (r + x) * logEnd + softplus(logOdds));
    gradient[0]! += weight * (term.r - logEnd + left * silence);
    gradient[1]! += weight * (r / alpha - (r + x) * (left / last + (1 - left) / end));
    gradient[2]! += weight * (term.a + left / a);
    gradient[3]! += weight * (term.b - left * term.leftAfterLast);
  }
  return { value, gradient };
}

function probabilityAlive(history: PurchaseHistory, parameters: readonly number[], extra: 0 | 1): number {
  const [r, alpha, a, b] = four(parameters);
  const { frequency, recency, age } = history;
  const chances = frequency + extra;
  if (chances === 0) return 1;
  const odds = (a / (b + chances - 1)) * ((alpha + age) / (alpha + recency)) ** (r + frequency);
  return 1 / (1 + odds);
}

/** Of a customer who is there at the beginning. */
interface Posterior {
  /** Of the gamma distribution of purchase rates. */
  shape: number;
  rate: number;
  /** Of the beta distribution of the chance to leave. */
  a: number;
  b: number;
}

function posteriorOf(
  { frequency, age }: PurchaseHistory,
  parameters: readonly number[],
  extra: 0 | 1,
): Posterior {
  const [r, alpha, a, b] = four(parameters);
  return { shape: r + frequency, rate: alpha + age, a, b: b + frequency + extra };
}

/** Chances below this are beneath what the subtractions leave exact. */
const negligible = 1e-14;

/**
 * P(at least k purchases in the coming `horizon`) for k = 1, 2, ... down to the first below `tail`: the rate gives k purchases
 * (negative binomial), and none of the k - 1 before the last was the occasion to leave.
 */
function chancesOfPurchases(horizon: number, { shape, rate, a, b }: Posterior, tail: number): number[] {
  const z = horizon / (rate + horizon);
  let logExactly = shape * Math.log1p(-z);
  let atLeast = -Math.expm1(logExactly);
  let staying = 1;
  const chances: number[] = [];
  for (let k = 1; ; k++) {
    const chance = staying * Math.max(0, atLeast);
    chances.push(chance);
    const growth = (z * (shape + k - 1)) / k;
    logExactly += Math.log(growth);
    const exactly = Math.exp(logExactly);
    const isOver = growth < 1 && exactly < negligible * (1 - growth);
    if (!(chance >= tail) || isOver) return chances;
    atLeast -= exactly;
    staying *= (b + k - 1) / (a + b + k - 1);
  }
}

/**
 * The sum of these chances: equations (9) and (10) of Fader, Hardie & Lee 2005 without their 2F1, which overflows at large
 * parameters, and their a - 1 in a denominator.
 */
function purchasesWhileThere(horizon: number, posterior: Posterior): number {
  const tail = (1e-13 * posterior.rate) / (posterior.rate + horizon);
  return chancesOfPurchases(horizon, posterior, tail).reduce((sum, chance) => sum + chance, 0);
}

function four(parameters: readonly number[]): [number, number, number, number] {
  return [parameters[0]!, parameters[1]!, parameters[2]!, parameters[3]!];
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
