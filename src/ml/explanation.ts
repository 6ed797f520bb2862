import { useBackend } from "./backend.js";
import { encode, type Inputs } from "./encoders.js";
import type { Frame } from "./frame.js";
import { integratePaths, pathModel, type Integral, type PathModel } from "./path-integral.js";
import type { TabularModel } from "./tabular.js";

/** Why rows have the log-odds (before calibration) that they have: `base` plus the sum of the row's contributions. */
export interface Explanation {
  n: number;
  /** The frame's columns that the model uses. */
  columns: string[];
  /** Mean log-odds of the background rows. */
  base: number;
  /** `n`: what `predictLogOdds` gives. */
  logOdds: Float32Array;
  /** `n x columns`: by how much each column raises or lowers the row's log-odds. */
  contributions: Float32Array;
}

/** Points on the paths of all rows; rows whose contributions miss their sum by more than `tolerance` get three times as many. */
const fewestSteps = 5;
const mostSteps = 135;
const tolerance = 0.01;
const rowsAtOnce = 64;

/**
 * Explains predictions by integrated gradients (Sundararajan, Taly & Yan 2017, arXiv 1703.01365), averaged over the
 * model's background rows as in expected gradients (Erion et al. 2021, arXiv 1906.10670).
 *
 * The path runs straight from a background row to the explained one in the space of inputs and embedded numbers, each of
 * which belongs to one column; the explained function is the log-odds of the members' mean probability. The quadrature is
 * refined, row by row, until contributions and `base` add up to the log-odds before calibration within 1% (of them or of
 * 1, whichever is more); what is missing then is shared out in proportion to the contributions' size.
 *
 * @throws UserError for a frame that the model cannot read; see `predictTabular`.
 */
export async function explainTabular(model: TabularModel, frame: Frame): Promise<Explanation> {
  await useBackend();
  const columns = model.encoder.columns.map(({ name }) => name);
  const paths = pathModel(model);
  const contributions = new Float32Array(frame.n * columns.length);
  const logOdds = new Float32Array(frame.n);
  try {
    for (let start = 0; start < frame.n; start += rowsAtOnce) {
      const inputs = encode(model.encoder, frame, start, Math.min(frame.n, start + rowsAtOnce));
      const part = integrateRefined(paths, inputs, fewestSteps);
      contributions.set(part.contributions, start * columns.length);
      logOdds.set(part.logOdds, start);
    }
    shareRemainders(paths.base, { contributions, logOdds });
    return { n: frame.n, columns, base: paths.base, logOdds, contributions };
  } finally {
    paths.dispose();
  }
}

function integrateRefined(paths: PathModel, inputs: Inputs, steps: number): Integral {
  const integral = integratePaths(paths, inputs, steps);
  const { contributions, logOdds } = integral;
  const width = contributions.length / inputs.n;
  const coarse = Uint32Array.from(logOdds.keys()).filter(
    (row) =>
      Math.abs(remainderOf(paths.base, integral, row)) > tolerance * Math.max(1, Math.abs(logOdds[row]!)),
  );
  if (coarse.length === 0 || 3 * steps > mostSteps) return integral;
  const finer = integrateRefined(paths, selectInputs(inputs, coarse), 3 * steps);
  coarse.forEach((row, i) =>
    contributions.set(finer.contributions.subarray(i * width, (i + 1) * width), row * width),
  );
  return integral;
}

/** What a row's contributions and the base lack to its log-odds. */
function remainderOf(base: number, { contributions, logOdds }: Integral, row: number): number {
  const width = contributions.length / logOdds.length;
  let sum = base;
  for (let j = row * width; j < (row + 1) * width; j++) sum += contributions[j]!;
  return logOdds[row]! - sum;
}

function shareRemainders(base: number, integral: Integral): void {
  const { contributions, logOdds } = integral;
  const width = contributions.length / logOdds.length;
  for (let row = 0; row < logOdds.length; row++) {
    const ofRow = contributions.subarray(row * width, (row + 1) * width);
    const size = ofRow.reduce((sum, value) => sum + Math.abs(value), 0);
    if (size === 0) continue;
    const share = remainderOf(base, integral, row) / size;
    for (let j = 0; j < width; j++) ofRow[j]! += share * Math.abs(ofRow[j]!);
  }
}

function selectInputs(inputs: Inputs, rows: Uint32Array): Inputs {
  const { d, data } = inputs;
  const selected = new Float32Array(rows.length * d);
  rows.forEach((row, i) => selected.set(data.subarray(row * d, (row + 1) * d), i * d));
  return { ...inputs, n: rows.length, data: selected };
}
