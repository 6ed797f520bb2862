import { minimise, type Evaluation } from "./lbfgs.js";
import { invertPositiveDefinite } from "./positive-definite.js";

/** A log-likelihood with its partial derivatives, at positive parameters. */
export type LogLikelihood = (parameters: readonly number[]) => Evaluation;

export interface MaximumLikelihoodFit {
  parameters: number[];
  logLikelihood: number;
  /** Covariance of the logarithms of the parameters: the inverse of the observed information. Zero for the undetermined. */
  covarianceOfLogs: number[][];
  /**
   * Parameters on which the likelihood hardly depends where it is greatest, such as those of leaving where nobody seems to
   * leave: the maximum lies at zero or infinity, or on a ridge. What the model expects is determined all the same.
   */
  undetermined: string[];
  /** How many of the starts ended at this maximum. */
  agreeingStarts: number;
  starts: number;
}

/** A fit, or why there is none, in words. */
export type FitResult = { fit: MaximumLikelihoodFit } | { reason: string };

/** A likelihood, and the number of observations that it is of: derivatives are judged per observation. */
interface Sample {
  logLikelihood: LogLikelihood;
  weight: number;
}

/** Largest derivative of the mean log-likelihood, per logarithm of a parameter, that counts as none. */
const flat = 1e-6;
/** A parameter beyond this, or below its inverse, is on its way to infinity, or to zero, and is held by a parabola. */
const bound = 1e4;
const bend = 1e-3;
/** Further out than this on the logarithms no likelihood is asked for: gamma functions overflow. */
const farthest = 50;
/** Ends of two starts whose log-likelihoods differ by less are the same maximum. */
const sameMaximum = 0.1;

/**
 * Maximises a log-likelihood over positive parameters, on their logarithms, from several starts.
 *
 * @param draft fewer of the observations, on which the starts are improved before all are used
 * @returns a reason where no start converges, or where no parameter is determined
 */
export function maximiseLikelihood(
  { logLikelihood, weight }: Sample,
  starts: readonly (readonly number[])[],
  { names, draft }: { names: readonly string[]; draft?: Sample },
): FitResult {
  const objective = onLogs({ logLikelihood, weight });
  const rough = draft ? onLogs(draft) : objective;
  const ends = starts
    .map((start) => minimise(rough, start.map(Math.log), { tolerance: 1e-4, maximumIterations: 60 }))
    .sort((one, other) => one.value - other.value);
  const [best] = ends;
  if (!best || !Number.isFinite(best.value))
    return { reason: "the likelihood cannot be computed at any start" };
  const { point } = minimise(objective, best.point, { tolerance: flat / 10, maximumIterations: 100 });
  const { gradient } = objective(point);
  if (Array.from(gradient).some((slope) => !(Math.abs(slope) <= flat))) {
    return { reason: `no maximum was found from ${starts.length} starts` };
  }
  const information = hessian(objective, point).map((row) => row.map((entry) => entry * weight));
  const { covariance, determined } = invertInformation(information, point);
  if (determined.size === 0) return { reason: "the data do not determine any parameter" };
  const parameters = Array.from(point, Math.exp);
  return {
    fit: {
      parameters,
      logLikelihood: logLikelihood(parameters).value,
      covarianceOfLogs: covariance,
      undetermined: names.filter((_, index) => !determined.has(index)),
      agreeingStarts: ends.filter((end) => (end.value - best.value) * (draft?.weight ?? weight) < sameMaximum)
        .length,
      starts: starts.length,
    },
  };
}

/** Standard errors of the parameters; NaN where undetermined. */
export function standardErrors({ parameters, covarianceOfLogs }: MaximumLikelihoodFit): number[] {
  return parameters.map((parameter, index) => {
    const variance = covarianceOfLogs[index]![index]!;
    return variance > 0 ? parameter * Math.sqrt(variance) : NaN;
  });
}

/** Inverts the information of the parameters that it determines: leaves out the most extreme until their errors are finite. */
function invertInformation(
  information: readonly (readonly number[])[],
  point: Float64Array,
): { covariance: number[][]; determined: Set<number> } {
  const largestVariance = Math.log(bound) ** 2;
  const left = [...point.keys()]
    .filter((index) => Math.abs(point[index]!) <= Math.log(bound))
    .filter((index) => information[index]![index]! * largestVariance >= 1)
    .sort((one, other) => Math.abs(point[one]!) - Math.abs(point[other]!));
  for (; left.length > 0; left.pop()) {
    const inverse = invertPositiveDefinite(
      left.map((row) => left.map((column) => information[row]![column]!)),
    );
    if (!inverse?.every((row, index) => row[index]! <= largestVariance)) continue;
    const covariance = information.map((row) => row.map(() => 0));
    left.forEach((row, i) => left.forEach((column, j) => (covariance[row]![column] = inverse[i]![j]!)));
    return { covariance, determined: new Set(left) };
  }
  return { covariance: [], determined: new Set() };
}

/** Minus the mean log-likelihood as a function of the parameters' logarithms, bent upwards beyond the bound. */
function onLogs({ logLikelihood, weight }: Sample): (logs: Float64Array) => Evaluation {
  return (logs) => {
    if (!logs.every((log) => Math.abs(log) <= farthest)) {
      return { value: Infinity, gradient: new Float64Array(logs.length) };
    }
    const parameters = Array.from(logs, Math.exp);
    const { value, gradient } = logLikelihood(parameters);
    if (!Number.isFinite(value)) return { value: Infinity, gradient };
    const beyond = Array.from(logs, (log) => Math.sign(log) * Math.max(0, Math.abs(log) - Math.log(bound)));
    return {
      value: beyond.reduce((sum, excess) => sum + (bend * excess ** 2) / 2, -value / weight),
      gradient: beyond.map(
        (excess, index) => bend * excess - (gradient[index]! * parameters[index]!) / weight,
      ),
    };
  };
}

/** Second derivatives by central differences of the gradient. */
function hessian(objective: (point: Float64Array) => Evaluation, point: Float64Array): number[][] {
  const step = 1e-5;
  const rows = Array.from(point, (_, index) => {
    const [above, below] = [step, -step].map((shift) => {
      const shifted = Float64Array.from(point);
      shifted[index]! += shift;
      return objective(shifted).gradient;
    });
    return Array.from(point, (_, column) => (above![column]! - below![column]!) / (2 * step));
  });
  return rows.map((row, i) => row.map((entry, j) => (entry + rows[j]![i]!) / 2));
}
