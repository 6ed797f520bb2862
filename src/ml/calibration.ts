/** Turns a score on the scale of log-odds into a probability: `sigmoid(slope * score + intercept)`. */
export interface PlattScaling {
  slope: number;
  intercept: number;
}

/**
 * Fits Platt's sigmoid (Platt 1999) with the smoothed targets and the safeguarded Newton method of Lin, Lin & Weng (2007).
 *
 * Fit it on scores of rows that the model was not trained on, or it learns the model's overconfidence.
 *
 * @param scores `n` scores, e.g. log-odds before calibration.
 * @param labels `n` values, 1 for positive, 0 for negative.
 * @throws RangeError if the lengths differ, a score is not finite or there is but one class.
 */
export function fitPlatt(scores: ArrayLike<number>, labels: ArrayLike<number>): PlattScaling {
  const n = scores.length;
  if (labels.length !== n)
    throw new RangeError(`expected one label per score, found ${labels.length} for ${n}`);
  let positives = 0;
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(scores[i]))
      throw new RangeError(`expected finite scores, found ${scores[i]} in row ${i}`);
    positives += labels[i] as number;
  }
  const negatives = n - positives;
  if (positives === 0 || negatives === 0) throw new RangeError("expected labels of both classes, found one");
  const targets = { positive: (positives + 1) / (positives + 2), negative: 1 / (negatives + 2) };
  const target = (i: number) => (labels[i] === 1 ? targets.positive : targets.negative);

  let platt: PlattScaling = { slope: 0, intercept: Math.log((positives + 1) / (negatives + 1)) };
  let loss = crossEntropy(scores, target, platt);
  for (let iteration = 0; iteration < 100; iteration++) {
    const { gradient, step } = newtonStep(scores, target, platt);
    if (Math.max(Math.abs(gradient.slope), Math.abs(gradient.intercept)) < 1e-9 * n) break;
    const decrease = gradient.slope * step.slope + gradient.intercept * step.intercept;
    let size = 1;
    for (; size > 1e-10; size /= 2) {
      const next = {
        slope: platt.slope - size * step.slope,
        intercept: platt.intercept - size * step.intercept,
      };
      const nextLoss = crossEntropy(scores, target, next);
      if (nextLoss < loss - 1e-4 * size * decrease) {
        [platt, loss] = [next, nextLoss];
        break;
      }
    }
    if (size <= 1e-10) break;
  }
  return platt;
}

/** The calibrated probability of a score. */
export function calibrate({ slope, intercept }: PlattScaling, score: number): number {
  return sigmoid(slope * score + intercept);
}

export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** The log-odds of a probability, kept finite by keeping it 1e-7 away from 0 and 1. */
export function logit(p: number): number {
  const inside = Math.min(Math.max(p, 1e-7), 1 - 1e-7);
  return Math.log(inside / (1 - inside));
}

function crossEntropy(scores: ArrayLike<number>, target: (i: number) => number, platt: PlattScaling): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const x = platt.slope * (scores[i] as number) + platt.intercept;
    sum += Math.max(x, 0) - target(i) * x + Math.log1p(Math.exp(-Math.abs(x)));
  }
  return sum;
}

function newtonStep(scores: ArrayLike<number>, target: (i: number) => number, platt: PlattScaling) {
  const ridge = 1e-12;
  let [h11, h22, h21, slope, intercept] = [ridge, ridge, 0, 0, 0];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    const p = calibrate(platt, score);
    const curvature = p * (1 - p);
    h11 += score * score * curvature;
    h22 += curvature;
    h21 += score * curvature;
    slope += score * (p - target(i));
    intercept += p - target(i);
  }
  const determinant = h11 * h22 - h21 * h21;
  return {
    gradient: { slope, intercept },
    step: {
      slope: (h22 * slope - h21 * intercept) / determinant,
      intercept: (h11 * intercept - h21 * slope) / determinant,
    },
  };
}
