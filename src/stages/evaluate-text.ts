import { UserError } from "../errors.js";
import { splitByFold } from "../ml/folds.js";
import type { LabelEvaluation } from "../ml/label-measures.js";
import { crossValidateText } from "../ml/text-evaluation.js";
import { refuseThinLabel } from "../ml/thin-label.js";
import {
  labelColumn,
  type LabelledTable,
  type LabelledTableRequest,
  type TableFolds,
} from "./labelled-table.js";
import type { TextSpec } from "./model-spec.js";
import { writePredictions } from "./predictions-file.js";

export interface TextEvaluationRequest extends LabelledTableRequest {
  /** The column of texts. */
  text?: string | undefined;
  /** A file to write the out-of-fold probabilities to. */
  predictions?: string | undefined;
}

/** Cross-validates a text model with one label; see `evaluateModel`. */
export async function evaluateText(
  spec: TextSpec,
  rows: LabelledTable,
  request: TextEvaluationRequest,
  seed: number | string,
): Promise<Record<string, unknown>> {
  const column = labelColumn(request.label);
  const texts = await rows.table.read(textColumn(request.text, spec.name, rows.table.columns, [column.name]));
  refuseThinFolds([{ ...column, values: rows.labels }], rows, spec.words.model);
  const {
    labels: [label],
    predictions: [predicted],
    withheld,
    seconds,
  } = crossValidateText({ texts, labels: [{ name: request.label, values: rows.labels }] }, rows.foldOf, {
    seed,
    minimumWords: spec.minimum_words,
  });
  await writePredictions(request.predictions, rows, predicted!.probabilities);
  return { ...withFoldNames(label!, rows), withheld, seconds };
}

/** @throws UserError if no column of texts is named, or one that is a label too */
export function textColumn(
  text: string | undefined,
  model: string,
  columns: readonly string[],
  labels: readonly string[],
): string {
  if (text === undefined) {
    throw new UserError(`${model} is a model of texts: expected --text COLUMN`, {
      hint: `Columns: ${columns.join(", ")}.`,
    });
  }
  if (!labels.includes(text)) return text;
  throw new UserError(`--text ${text}: expected another column than the label's`, {
    hint: "A label is easily told from itself.",
  });
}

/**
 * Refuses labels with too few positives or negatives to learn from in the whole table, or in what is left of it without one
 * of the folds.
 *
 * @throws UserError that says how many there are, where, and how many are needed
 */
export function refuseThinFolds(
  labels: readonly { name: string; positive: string; values: Uint8Array }[],
  { foldOf, foldNames }: TableFolds,
  model: string,
): void {
  for (const { name, positive, values } of labels) {
    const words = { positive: `have ${name} = ${positive}`, model };
    refuseThinLabel(values, { ...words, rows: "rows" });
    foldNames.forEach((fold, number) => {
      const { outside } = splitByFold(foldOf, number);
      const others = Uint8Array.from(outside, (row) => values[row]!);
      refuseThinLabel(others, { ...words, rows: `rows outside fold ${fold}` });
    });
  }
}

/** The measures with the folds by the names that the table has for them. */
function withFoldNames({ per_fold, ...measures }: LabelEvaluation, { foldNames }: TableFolds): object {
  return { ...measures, per_fold: per_fold.map((fold) => ({ ...fold, fold: foldNames[fold.fold] })) };
}
