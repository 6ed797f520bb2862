import { selectRows } from "../ml/frame.js";
import { predictTabular } from "../ml/tabular.js";
import { loadTabular } from "../ml/tabular-artifact.js";
import { loadTextModel } from "../ml/text-artifact.js";
import { predictText, uncorrected } from "../ml/text-prediction.js";
import type { Column } from "../warehouse/engine.js";
import { frameOf, selectTexts, textsOf } from "./model-data.js";
import type { ModelVersion } from "./model-version.js";

/**
 * What a version predicts for some labelled rows; NaN where it does not judge a row. A text model's probabilities are not
 * corrected to its declared prevalence, which is not that of the labels.
 */
export async function predictVersion(
  { folder, spec }: Pick<ModelVersion, "folder" | "spec">,
  columns: readonly Column[],
  rows: readonly number[],
): Promise<Float64Array> {
  if (spec.kind === "tabular") {
    const frame = selectRows(frameOf(columns, spec), rows);
    return Float64Array.from(await predictTabular(await loadTabular(folder), frame));
  }
  const { texts, dense } = selectTexts(textsOf(columns, spec), Uint32Array.from(rows));
  const model = uncorrected(await loadTextModel(folder));
  return predictText(model, texts, dense).probabilities[0] ?? new Float64Array(0);
}
