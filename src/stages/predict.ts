import { selectRows } from "../ml/frame.js";
import { predictTabular } from "../ml/tabular.js";
import { loadTabular } from "../ml/tabular-artifact.js";
import { loadTextModel } from "../ml/text-artifact.js";
import { predictText } from "../ml/text-prediction.js";
import type { Column } from "../warehouse/engine.js";
import { frameOf, selectTexts, textsOf } from "./model-data.js";
import type { ModelVersion } from "./model-version.js";

/** What a version predicts for some rows of a table; NaN where it does not judge a row. */
export async function predictVersion(
  { folder, spec }: ModelVersion,
  columns: readonly Column[],
  rows: readonly number[],
): Promise<Float64Array> {
  if (spec.kind === "tabular") {
    const frame = selectRows(frameOf(columns, spec), rows);
    return Float64Array.from(await predictTabular(await loadTabular(folder), frame));
  }
  const { texts, dense } = selectTexts(textsOf(columns, spec), Uint32Array.from(rows));
  return predictText(await loadTextModel(folder), texts, dense).probabilities[0] ?? new Float64Array(0);
}
