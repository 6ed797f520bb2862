import { z } from "zod";
import { fitBeta, betaLogOdds } from "./beta-calibration.js";
import { calibrate, fitPlatt, sigmoid } from "./calibration.js";
import { fitIsotonic, interpolate } from "./isotonic-calibration.js";

/** How log-odds become probabilities: as they are, by Platt's sigmoid, by beta calibration, or by isotonic regression. */
export const calibrationSchema = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("none") }),
  z.strictObject({ method: z.literal("platt"), slope: z.number(), intercept: z.number() }),
  z.strictObject({ method: z.literal("beta"), a: z.number(), b: z.number(), c: z.number() }),
  z.strictObject({
    method: z.literal("isotonic"),
    scores: z.array(z.number()),
    probabilities: z.array(z.number()),
  }),
]);

export type Calibration = z.infer<typeof calibrationSchema>;
type Method = Calibration["method"];

/** Isotonic regression overfits small samples (Niculescu-Mizil & Caruana 2005): it is no candidate below so many rows. */
const isotonicRows = 5000;

/** The calibrated probability of log-odds. */
export function calibratedProbability(calibration: Calibration, logOdds: number): number {
  switch (calibration.method) {
    case "none":
      return sigmoid(logOdds);
    case "platt":
      return calibrate(calibration, logOdds);
    case "beta":
      return sigmoid(betaLogOdds(calibration, logOdds));
    case "isotonic":
      return interpolate(calibration, logOdds);
  }
}

/**
 * Chooses a calibration by cross-validated log loss, and fits it to all rows: each part of the rows is predicted by a
 * calibration fitted to the others. Platt's sigmoid stays unless another method's mean log loss is lower by more
 * than two standard errors of the difference.
 *
 * @param logOdds `n` finite scores of rows that the model was not trained on.
 * @param labels `n` values, 1 for positive, 0 for negative, some of each outside every part.
 * @param parts `n` numbers: which part each row is in.
 */
export function chooseCalibration(
  logOdds: Float64Array,
  labels: Uint8Array,
  parts: ArrayLike<number>,
): Calibration {
  const methods: Method[] = [
    "none",
    "beta",
    ...(logOdds.length >= isotonicRows ? ["isotonic" as const] : []),
  ];
  const standard = heldOutLosses("platt", logOdds, labels, parts);
  let best: { method: Method; gain: number } = { method: "platt", gain: 0 };
  for (const method of methods) {
    const losses = heldOutLosses(method, logOdds, labels, parts);
    const { mean, standardError } = summary(standard.map((loss, row) => loss - losses[row]!));
    if (mean > 2 * standardError && mean > best.gain) best = { method, gain: mean };
  }
  return fit(best.method, logOdds, labels);
}

function heldOutLosses(
  method: Method,
  logOdds: Float64Array,
  labels: Uint8Array,
  parts: ArrayLike<number>,
): Float64Array {
  const calibrations = new Map<number, Calibration>();
  for (const part of new Set(Array.from(parts))) {
    const isOther = (_: number, row: number) => parts[row] !== part;
    calibrations.set(part, fit(method, logOdds.filter(isOther), labels.filter(isOther)));
  }
  return logOdds.map((score, row) => {
    const p = calibratedProbability(calibrations.get(parts[row]!)!, score);
    return -Math.log(Math.max(1e-15, labels[row] === 1 ? p : 1 - p));
  });
}

function fit(method: Method, logOdds: Float64Array, labels: Uint8Array): Calibration {
  switch (method) {
    case "none":
      return { method };
    case "platt":
      return { method, ...fitPlatt(logOdds, labels) };
    case "beta":
      return { method, ...fitBeta(logOdds, labels) };
    case "isotonic":
      return { method, ...fitIsotonic(logOdds, labels) };
  }
}

function summary(values: Float64Array): { mean: number; standardError: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, standardError: Math.sqrt(variance / values.length) };
}
