import { crossValidate } from "../ml/cross-validation.js";
import { decileRows, rank } from "../ml/metrics.js";
import { refuseThinLabel, type LabelWords } from "../ml/thin-label.js";
import {
  labelColumn,
  readFeatures,
  type LabelledTable,
  type LabelledTableRequest,
} from "./labelled-table.js";
import type { TabularSpec } from "./model-spec.js";
import { writePredictions } from "./predictions-file.js";

export interface TabularEvaluationRequest extends LabelledTableRequest {
  /** A file to write the out-of-fold probabilities to. */
  predictions?: string | undefined;
}

/** Cross-validates a tabular model's network; see `evaluateModel`. */
export async function evaluateTabular(
  spec: TabularSpec,
  rows: LabelledTable,
  request: TabularEvaluationRequest,
  seed: number | string,
  log: (message: string) => void,
): Promise<Record<string, unknown>> {
  const words = wordsOf(spec, request);
  refuseThinLabel(rows.labels, words);
  const { frame, notices } = await readFeatures(rows, request);
  for (const notice of notices) log(`note: ${notice}`);
  let shown = -1;
  const result = await crossValidate(frame, rows.labels, rows.foldOf, {
    spec: spec.network,
    seed,
    words: { ...words, rows: "training rows" },
    onProgress: (share) => {
      const percent = Math.floor(10 * share) * 10;
      if (percent > shown) log(`training, ${(shown = percent)}%`);
    },
  });
  for (const { column, reason } of result.warnings) log(`note: ${column}: left out, ${reason}`);
  await writePredictions(request.predictions, rows, result.predictions);
  const { mean, folds, intervals, ece, ece_floor, fit_seconds, score_rows_per_second } = result;
  return {
    ...mean,
    ece,
    ece_floor,
    fit_seconds,
    score_rows_per_second,
    intervals,
    per_fold: folds.map((fold) => ({ ...fold, fold: rows.foldNames[fold.fold] })),
    deciles: decileRows(rank(rows.labels, result.predictions), { seed }),
  };
}

/** Of any table, the spec's own words for its label would tell a lie. */
export function wordsOf({ words }: TabularSpec, { label }: LabelledTableRequest): LabelWords {
  const { name, positive } = labelColumn(label);
  return { rows: "rows", positive: `have ${name} = ${positive}`, model: words.model };
}
