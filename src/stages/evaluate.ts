import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors.js";
import { useBackend } from "../ml/backend.js";
import { crossValidate } from "../ml/cross-validation.js";
import { stratifiedFolds } from "../ml/folds.js";
import { frameFromColumns, type RawCell } from "../ml/frame.js";
import { crossValidateText } from "../ml/text-evaluation.js";
import { csvHeader } from "../warehouse/csv-file.js";
import { contractSchema } from "../warehouse/contract.js";
import { openDuckDb } from "../warehouse/duckdb.js";
import { literal, pathLiteral } from "../warehouse/engine.js";
import { suggest } from "../suggest.js";
import { parseYaml } from "../yaml.js";
import { modelSchema, type ModelSpec } from "./model-spec.js";

export interface EvaluationRequest {
  /** A model's name or the path of its file. */
  model: string;
  data: string;
  /** `column=positive value`. */
  label: string;
  text?: string;
  drop: string[];
  foldColumn?: string;
  folds: number;
  delimiter: string;
  predictions?: string;
}

/** A whole table as texts, by column. */
type TextTable = Map<string, (string | null)[]>;

/**
 * Cross-validates a model's spec on a labelled table.
 *
 * @returns for a tabular model the mean and per-fold `auc`, `average_precision`, `brier`, `log_loss`, the `ece` of all folds
 *   together beside what perfect calibration would show, and speeds; for a text model `accuracy`, `auc`, `f1`, `brier` and `ece`
 *   of all folds together, each with its 95% bootstrap interval
 */
export async function evaluateModel(
  request: EvaluationRequest,
  log: (message: string) => void,
): Promise<Record<string, unknown>> {
  if (request.folds < 2) {
    throw new UserError(`--folds ${request.folds}: expected at least 2`, { hint: "Five is usual." });
  }
  const spec = readModel(request.model);
  const table = await readTable(request.data, request.delimiter);
  const labels = readLabels(table, request);
  const foldOf =
    request.foldColumn === undefined
      ? stratifiedFolds(labels, { folds: request.folds, seed: spec.seed })
      : foldNumbers(column(table, request.foldColumn, request.data));
  const backend = await useBackend();
  const about = {
    rows: labels.length,
    positives: labels.reduce((sum, label) => sum + label, 0),
    backend: backend.name,
  };
  if (spec.kind === "text") {
    if (request.text === undefined) {
      throw new UserError(`${spec.name} is a model of texts: expected --text COLUMN`, {
        hint: `Columns: ${[...table.keys()].join(", ")}.`,
      });
    }
    const texts = column(table, request.text, request.data);
    const {
      labels: [measures],
      withheld,
      seconds,
      predictions,
    } = crossValidateText({ texts, labels: [{ name: request.label, values: labels }] }, foldOf, {
      seed: spec.seed,
      minimumWords: spec.minimum_words,
    });
    await writePredictions(request.predictions, labels, predictions[0] ?? []);
    return { ...about, ...measures, withheld, seconds };
  }
  const left = new Set([
    labelColumn(request)[0],
    ...request.drop,
    ...(request.foldColumn === undefined ? [] : [request.foldColumn]),
  ]);
  for (const name of request.drop) column(table, name, request.data);
  const features: Record<string, readonly RawCell[]> = {};
  for (const [name, values] of table) if (!left.has(name)) features[name] = values;
  let shown = -1;
  const result = await crossValidate(frameFromColumns(features), labels, foldOf, {
    spec: spec.network,
    seed: spec.seed,
    words: spec.words,
    onProgress: (share) => {
      const percent = Math.floor(10 * share) * 10;
      if (percent > shown) log(`training, ${(shown = percent)}%`);
    },
  });
  await writePredictions(request.predictions, labels, result.predictions);
  for (const { column: name, reason } of result.warnings) log(`note: ${name}: ${reason}`);
  const { mean, folds, ece, ece_floor, fit_seconds, score_rows_per_second } = result;
  return { ...about, ...mean, ece, ece_floor, fit_seconds, score_rows_per_second, per_fold: folds };
}

function readModel(model: string): ModelSpec {
  const candidates = [
    model,
    join("models", `${model}.yaml`),
    fileURLToPath(new URL(`../../models/${model}.yaml`, import.meta.url)),
  ];
  const file = candidates.find((candidate) => /\.ya?ml$/.test(candidate) && existsSync(candidate));
  if (file === undefined) {
    throw new UserError(`there is no model ${model}: neither a file, nor models/${model}.yaml`, {
      hint: "Name a model of models/, for example churn.",
    });
  }
  return parseYaml(readFileSync(file, "utf8"), { file }, modelSchema).data;
}

async function readTable(file: string, delimiter: string): Promise<TextTable> {
  const path = resolve(file);
  if (!existsSync(path))
    throw new UserError(`expected a table in ${file}, found nothing`, {
      hint: "Mend the path given to --data.",
    });
  const engine = await openDuckDb();
  const session = await engine.connect();
  try {
    const scan = /\.parquet$/i.test(file)
      ? `read_parquet(${pathLiteral(path)})`
      : await csvScan(path, file, delimiter);
    const described = await session.describe(`select * from ${scan}`);
    const columns = await session.columns(
      `select ${described.map(({ name }) => `"${name.replaceAll('"', '""')}"::varchar as "${name.replaceAll('"', '""')}"`).join(", ")} from ${scan}`,
    );
    return new Map(
      columns.map(({ name, values }) => [
        name,
        Array.from<string | number | null, string | null>(values, (value) =>
          value === null ? null : String(value),
        ),
      ]),
    );
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${file} cannot be read: ${String(error).split("\n")[0]}`, {
      hint: "Expected CSV in UTF-8 with a header (see --delimiter), or Parquet.",
      cause: error,
    });
  } finally {
    session.close();
    engine.close();
  }
}

async function csvScan(path: string, label: string, delimiter: string): Promise<string> {
  const { csv } = contractSchema.parse({ csv: { delimiter }, columns: {} });
  const names = await csvHeader(path, label, csv);
  const columns = names.map((name) => `${literal(name)}: 'varchar'`).join(", ");
  return `read_csv(${pathLiteral(path)}, auto_detect = false, header = true, delim = ${literal(delimiter)}, quote = '"', escape = '"', columns = {${columns}})`;
}

function column(table: TextTable, name: string, file: string): (string | null)[] {
  const values = table.get(name);
  if (values) return values;
  throw new UserError(`${file} has no column ${name}`, { hint: suggest(name, [...table.keys()]) });
}

function labelColumn({ label }: EvaluationRequest): [name: string, positive: string] {
  const at = label.lastIndexOf("=");
  if (at > 0) return [label.slice(0, at), label.slice(at + 1)];
  throw new UserError(`--label ${label}: expected COLUMN=POSITIVE`, {
    hint: `For example --label ${label}=yes`,
  });
}

function readLabels(table: TextTable, request: EvaluationRequest): Uint8Array {
  const [name, positive] = labelColumn(request);
  const values = column(table, name, request.data);
  const missing = values.findIndex((value) => value === null);
  if (missing >= 0) {
    throw new UserError(
      `${request.data}: expected a label in every row, found none in record ${missing + 1}`,
      { hint: "Leave out the rows without a label." },
    );
  }
  if (!values.includes(positive)) {
    const found = [...new Set(values)].slice(0, 5).join(", ");
    throw new UserError(`${request.data}: no row has ${name} = ${positive}; found ${found}`, {
      hint: "Name one of these values as the positive one.",
    });
  }
  return Uint8Array.from(values, (value) => (value === positive ? 1 : 0));
}

function foldNumbers(values: readonly (string | null)[]): Int32Array {
  const names = [...new Set(values)].sort();
  return Int32Array.from(values, (value) => names.indexOf(value));
}

async function writePredictions(
  file: string | undefined,
  labels: Uint8Array,
  predictions: ArrayLike<number>,
): Promise<void> {
  if (file === undefined) return;
  const rows = Array.from(labels, (label, row) => `${row + 1},${label},${predictions[row]}`);
  await writeFile(file, `record,label,probability\n${rows.join("\n")}\n`);
}
