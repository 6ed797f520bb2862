import { UserError } from "../errors.js";
import { useBackend } from "../ml/backend.js";
import { measureLabels, type LabelPredictions, type LabelsEvaluation } from "../ml/label-measures.js";
import { crossValidateText } from "../ml/text-evaluation.js";
import { refuseThinFolds, textColumn } from "./evaluate-text.js";
import {
  labelColumn,
  readFolds,
  readLabels,
  type LabelledTableRequest,
  type TableFolds,
} from "./labelled-table.js";
import { writeLabelPredictions } from "./predictions-file.js";
import { openTableFile, type TableFile } from "./table-file.js";
import { findTopics, readTaxonomy, type Taxonomy } from "./taxonomy.js";

export interface TopicsEvaluationRequest extends Omit<LabelledTableRequest, "drop"> {
  /** The column of texts. */
  text?: string | undefined;
  /** A taxonomy to apply, in place of training. */
  taxonomy?: string | undefined;
  seed?: string | undefined;
  /** A file to write what is predicted to. */
  predictions?: string | undefined;
}

/** Words that a text must have for a model to judge it; here all are judged, and those with fewer are counted. */
const minimumWords = 3;

/**
 * Says how well topics are told from texts that are labelled with several: by models trained on the other folds, or by a
 * taxonomy, which needs no training and whose yes and no count as the probabilities 1 and 0.
 *
 * @returns per label, which `label` names as `column=value,...`, the measures of `LabelEvaluation`; over all `micro_f1` and `macro_f1`
 * @throws UserError if a column or a value is not there, a label is too rare to learn, or the taxonomy has none of the labels
 */
export async function evaluateTopics(
  request: TopicsEvaluationRequest,
  log: (message: string) => void,
): Promise<Record<string, unknown>> {
  const table = await openTableFile(request.data, request.delimiter);
  try {
    const labels = await readTopicLabels(table, request.label, log);
    const column = textColumn(
      request.text,
      "topics",
      table.columns,
      labels.map(({ name }) => name),
    );
    const texts = await table.read(column);
    const topics = { table, labels, texts };
    return request.taxonomy === undefined
      ? await crossValidateTopics(topics, request)
      : await applyTaxonomy(topics, readTaxonomy(request.taxonomy), request, log);
  } finally {
    table.close();
  }
}

interface TopicLabel {
  name: string;
  positive: string;
  values: Uint8Array;
}

interface LabelledTopics {
  table: TableFile;
  labels: TopicLabel[];
  texts: (string | null)[];
}

async function crossValidateTopics(
  { table, labels, texts }: LabelledTopics,
  request: TopicsEvaluationRequest,
): Promise<Record<string, unknown>> {
  const seed = request.seed ?? 1;
  const strata = texts.map((_, row) => labels.map(({ values }) => values[row]).join(""));
  const folds = await readFolds(table, strata, request, seed);
  refuseThinFolds(labels, folds, "model of topics");
  const { name: backend } = await useBackend();
  const evaluation = crossValidateText({ texts, labels }, folds.foldOf, { seed, minimumWords });
  const { predictions, withheld, seconds } = evaluation;
  await writeLabelPredictions(request.predictions, folds, predictions);
  return { rows: texts.length, backend, ...document(evaluation, folds), withheld, seconds };
}

async function applyTaxonomy(
  { table, labels, texts }: LabelledTopics,
  taxonomy: Taxonomy,
  request: TopicsEvaluationRequest,
  log: (message: string) => void,
): Promise<Record<string, unknown>> {
  const without = labels.map(({ name }) => name).filter((name) => !taxonomy.topics.includes(name));
  if (without.length === labels.length) {
    throw new UserError(`${taxonomy.file} has no topic of the name of a label: ${without.join(", ")}`, {
      hint: `Rename the columns like topics: ${taxonomy.topics.join(", ")}.`,
    });
  }
  if (without.length > 0) {
    log(`note: no topic of ${taxonomy.file}, and so never found: ${without.join(", ")}`);
  }
  const folds =
    request.foldColumn === undefined
      ? { foldOf: new Int32Array(texts.length), foldNames: ["all"] }
      : await readFolds(table, texts.map(String), request, 1);
  const languages = table.columns.includes("language") ? await table.read("language") : texts.map(() => null);
  const started = performance.now();
  const found = await findTopics(taxonomy, texts, languages);
  const seconds = (performance.now() - started) / 1000;
  const predictions = labels.map(({ name, values }): LabelPredictions => {
    const decisions = found.get(name) ?? new Uint8Array(texts.length);
    return { name, values, probabilities: Float64Array.from(decisions), decisions };
  });
  await writeLabelPredictions(request.predictions, folds, predictions);
  const evaluation = measureLabels(predictions, folds.foldOf, request.seed ?? 1);
  return { rows: texts.length, ...document(evaluation, folds), without_topic: without, seconds };
}

async function readTopicLabels(
  table: TableFile,
  label: string,
  log: (message: string) => void,
): Promise<TopicLabel[]> {
  const labels: TopicLabel[] = [];
  for (const part of label.split(",")) {
    const { name, positive } = labelColumn(part.trim());
    if (labels.some((other) => other.name === name)) {
      throw new UserError(`--label ${label}: expected each column once, found ${name} twice`, {
        hint: "Several values of one column cannot be one label: make a column for each.",
      });
    }
    const { labels: values, notices } = await readLabels(table, part.trim());
    for (const notice of notices) log(`note: ${notice}`);
    labels.push({ name, positive, values });
  }
  return labels;
}

/** The measures as they are printed, with the folds by the names that the table has for them. */
function document(evaluation: LabelsEvaluation, { foldNames }: TableFolds): object {
  const named = <Fold extends { fold: number }>(folds: readonly Fold[]) =>
    folds.map((fold) => ({ ...fold, fold: foldNames[fold.fold] }));
  const { labels, micro_f1, macro_f1, mean, per_fold } = evaluation;
  return {
    micro_f1,
    macro_f1,
    mean,
    per_fold: named(per_fold),
    labels: labels.map((label) => ({ ...label, per_fold: named(label.per_fold) })),
  };
}
