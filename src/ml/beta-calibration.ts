import { sigmoid } from "./calibration.js";
import { minimise } from "../stats/lbfgs.js";

/**
 * Turns log-odds z into calibrated ones: a ln p - b ln(1 - p) + c with p = sigmoid(z) and a, b > 0. With a = b this is
 * Platt's sigmoid; with two slopes it can be surer, or less sure, on one side than on the other.
 */
export interface BetaCalibration {
  a: number;
  b: number;
  c: number;
}

/**
 * Fits beta calibration (Kull, Silva Filho & Flach, AISTATS 2017) by maximum likelihood, with the smoothed targets of
 * Platt (1999). Fit it on scores of rows that the model was not trained on.
 *
 * @param logOdds `n` finite scores.
 * @param labels `n` values, 1 for positive, 0 for negative, some of each.
 */
export function fitBeta(logOdds: Float64Array, labels: Uint8Array): BetaCalibration {
  const n = logOdds.length;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const target = [1 / (n - positives + 2), (positives + 1) / (positives + 2)] as const;
  const decode = ([logA, logB, c]: ArrayLike<number> & Iterable<number>): BetaCalibration => ({
    a: Math.exp(logA ?? 0),
    b: Math.exp(logB ?? 0),
    c: c ?? 0,
  });
  const evaluate = (point: Float64Array) => {
    const beta = decode(point);
    const gradient = new Float64Array(3);
    let value = 0;
    logOdds.forEach((score, row) => {
      const calibrated = betaLogOdds(beta, score);
      const wanted = target[labels[row] === 1 ? 1 : 0];
      const error = (sigmoid(calibrated) - wanted) / n;
      value += (softplus(calibrated) - wanted * calibrated) / n;
      gradient[0]! -= error * beta.a * softplus(-score);
      gradient[1]! += error * beta.b * softplus(score);
      gradient[2]! += error;
    });
    return { value, gradient };
  };
  return decode(minimise(evaluate, [0, 0, 0]).point);
}

/** Calibrated log-odds of log-odds. */
export function betaLogOdds({ a, b, c }: BetaCalibration, logOdds: number): number {
  return b * softplus(logOdds) - a * softplus(-logOdds) + c;
}

/** ln(1 + e^x), without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
