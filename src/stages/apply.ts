import { useBackend } from "../ml/backend.js";
import { explainTabular } from "../ml/explanation.js";
import { selectRows, type Frame } from "../ml/frame.js";
import { predictTabular, type TabularModel } from "../ml/tabular.js";
import { loadTabular } from "../ml/tabular-artifact.js";
import { loadTextModel } from "../ml/text-artifact.js";
import { predictText } from "../ml/text-prediction.js";
import type { Column } from "../warehouse/engine.js";
import { columnOf, frameOf, textsOf } from "./model-data.js";
import type { ModelSpec } from "./model-spec.js";

/** A score for each row, NaN where the model does not judge it, and why it is what it is. */
export interface Scores {
  probabilities: Float64Array;
  /** The features that raise the score most, or the reason why there is none; null where nothing is said. */
  reasons: (string | null)[];
}

/** Applies the trained model in `folder` to the rows of a table. */
export async function applyModel(spec: ModelSpec, folder: string, rows: readonly Column[]): Promise<Scores> {
  await useBackend();
  if (spec.kind === "tabular") {
    const worth = spec.worth === undefined ? undefined : columnOf(rows, spec.worth).values;
    return applyTabular(await loadTabular(folder), frameOf(rows, spec), (row) => Number(worth?.[row] ?? 1));
  }
  const { texts, dense } = textsOf(rows, spec);
  const { probabilities, withheld } = predictText(await loadTextModel(folder), texts, dense);
  return { probabilities: probabilities[0] ?? new Float64Array(0), reasons: withheld };
}

/** So many rows are explained: those with the highest scores times worth. */
const explainedRows = 300;
const reasonsPerRow = 3;

async function applyTabular(
  model: TabularModel,
  frame: Frame,
  worthOf: (row: number) => number,
): Promise<Scores> {
  const probabilities = Float64Array.from(await predictTabular(model, frame));
  const atRisk = probabilities.map((probability, row) => probability * worthOf(row));
  const order = Uint32Array.from(probabilities.keys());
  order.sort((a, b) => (atRisk[b] ?? 0) - (atRisk[a] ?? 0) || a - b);
  const explained = order.subarray(0, explainedRows);
  const { columns, contributions } = await explainTabular(model, selectRows(frame, explained));
  const reasons = new Array<string | null>(frame.n).fill(null);
  explained.forEach((row, position) => {
    const ofRow = contributions.subarray(position * columns.length, (position + 1) * columns.length);
    reasons[row] = columns
      .map((name, index) => ({ name, contribution: ofRow[index] ?? 0 }))
      .filter(({ contribution }) => contribution > 0)
      .sort((a, b) => b.contribution - a.contribution)
      .slice(0, reasonsPerRow)
      .map(({ name }) => name)
      .join(", ");
  });
  return { probabilities, reasons };
}
