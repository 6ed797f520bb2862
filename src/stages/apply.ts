import { useBackend } from "../ml/backend.js";
import { predictTabular } from "../ml/tabular.js";
import { loadTabular } from "../ml/tabular-artifact.js";
import { loadTextModel } from "../ml/text-artifact.js";
import { predictText } from "../ml/text-prediction.js";
import type { Column } from "../warehouse/engine.js";
import { frameOf, textsOf } from "./model-data.js";
import type { ModelSpec } from "./model-spec.js";

/** A score for each row, NaN where the model does not judge it, and why. */
export interface Scores {
  probabilities: Float64Array;
  reasons: (string | null)[];
}

/** Applies the trained model in `folder` to the rows of a table. */
export async function applyModel(spec: ModelSpec, folder: string, rows: readonly Column[]): Promise<Scores> {
  await useBackend();
  if (spec.kind === "tabular") {
    const probabilities = await predictTabular(await loadTabular(folder), frameOf(rows, spec));
    return {
      probabilities: Float64Array.from(probabilities),
      reasons: Array.from(probabilities, () => null),
    };
  }
  const { texts, dense } = textsOf(rows, spec);
  const { probabilities, withheld } = predictText(await loadTextModel(folder), texts, dense);
  return { probabilities: probabilities[0] ?? new Float64Array(0), reasons: withheld };
}
