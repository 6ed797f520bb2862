import { maximiseLikelihood, type FitResult, type MaximumLikelihoodFit } from "./maximum-likelihood.js";
import { byFrequency, fewestRepeatCustomers, totalOf } from "./purchase-history.js";
import { digamma, logGamma } from "./special-functions.js";

/** Customers who bought again, grouped: how often, and for how much each time on average (above 0). */
export interface RepeatSpends {
  frequency: Float64Array;
  meanSpend: Float64Array;
  customers: Float64Array;
}

/** Spends of a customer are gamma(p, nu); nu is gamma(q, v) over customers. */
export interface GammaGammaParameters {
  p: number;
  q: number;
  v: number;
}

/**
 * Fits the gamma-gamma model of spend (Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value") by maximum
 * likelihood. Its parameters come in the order p, q, v.
 *
 * @returns a reason where fewer than `fewestRepeatCustomers` bought again, where there is no fit, or none whose mean is finite (q
 *   above 1)
 */
export function fitGammaGamma(spends: RepeatSpends): FitResult {
  const weight = totalOf(spends.customers);
  if (weight < fewestRepeatCustomers) {
    return {
      reason: `${weight} customers bought again for an amount above zero, fewer than ${fewestRepeatCustomers}`,
    };
  }
  const mean =
    spends.meanSpend.reduce((sum, spend, index) => sum + spend * spends.customers[index]!, 0) / weight;
  // In units of the mean, so that it does not matter in which currency.
  const scaled = { ...spends, meanSpend: spends.meanSpend.map((spend) => spend / mean) };
  const result = maximiseLikelihood(
    { logLikelihood: (parameters) => gammaGammaLogLikelihood(scaled, parameters), weight },
    [
      [2, 3, 1],
      [6, 4, 0.5],
      [0.8, 1.8, 1],
    ],
    { names: ["p", "q", "v"] },
  );
  if ("reason" in result) return result;
  const [p = NaN, q = NaN, v = NaN] = result.fit.parameters;
  if (q <= 1) return { reason: `the mean spend would be infinite (q = ${q.toFixed(3)})` };
  const logLikelihoodInCurrency = result.fit.logLikelihood - weight * Math.log(mean);
  return { fit: { ...result.fit, parameters: [p, q, v * mean], logLikelihood: logLikelihoodInCurrency } };
}

export function gammaGammaLogLikelihood(
  { frequency, meanSpend, customers }: RepeatSpends,
  [p = NaN, q = NaN, v = NaN]: readonly number[],
) {
  const logV = Math.log(v);
  const gammas = byFrequency(frequency, (x) => ({
    value: logGamma(p * x + q) - logGamma(p * x) - logGamma(q) + q * logV,
    p: x * (digamma(p * x + q) - digamma(p * x)),
    q: digamma(p * x + q) - digamma(q) + logV,
  }));
  let value = 0;
  const gradient = [0, 0, 0];
  for (let index = 0; index < frequency.length; index++) {
    const x = frequency[index]!;
    const spend = meanSpend[index]!;
    const weight = customers[index]!;
    const term = gammas.get(x)!;
    const sum = x * spend;
    const logSum = Math.log(sum);
    const logTotal = Math.log(v + sum);
    value += weight * (term.value + p * x * logSum - (p * x + q) * logTotal - Math.log(spend));
    gradient[0]! += weight * (term.p + x * (logSum - logTotal));
    gradient[1]! += weight * (term.q - logTotal);
    gradient[2]! += weight * (q / v - (p * x + q) / (v + sum));
  }
  return { value, gradient };
}

export function gammaGammaParameters({ parameters }: MaximumLikelihoodFit): GammaGammaParameters {
  const [p = NaN, q = NaN, v = NaN] = parameters;
  return { p, q, v };
}

/** What a customer is expected to spend at a purchase, after `frequency` repeats that came to `total`. */
export function expectedSpend({ p, q, v }: GammaGammaParameters, frequency: number, total: number): number {
  return (p * (v + total)) / (p * frequency + q - 1);
}

/** Derivatives of the logarithm of `expectedSpend` by the logarithms of p, q and v. */
export function expectedSpendSlopes(
  { p, q, v }: GammaGammaParameters,
  frequency: number,
  total: number,
): [number, number, number] {
  const denominator = p * frequency + q - 1;
  return [1 - (p * frequency) / denominator, -q / denominator, v / (v + total)];
}
