import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors.js";
import { useBackend } from "../ml/backend.js";
import { parseYaml } from "../yaml.js";
import { evaluateTabular, type TabularEvaluationRequest } from "./evaluate-tabular.js";
import { evaluateText, type TextEvaluationRequest } from "./evaluate-text.js";
import { openLabelledTable } from "./labelled-table.js";
import { modelSchema, type ModelSpec } from "./model-spec.js";

export interface EvaluationRequest extends TabularEvaluationRequest, TextEvaluationRequest {
  /** A model's name or the path of its file. */
  model: string;
  seed?: string | undefined;
}

/**
 * Cross-validates a model's spec on a labelled table.
 *
 * @returns for a tabular model the mean and per-fold `auc`, `average_precision`, `brier`, `log_loss`, the `ece` of all folds
 *   together beside what perfect calibration would show, lift and gain by decile, and speeds; for a text model `accuracy`,
 *   `auc`, `f1`, `brier` and `ece` of all folds together. Intervals are 95% bootstrap intervals of all folds together.
 * @throws UserError if the table or the label is not one to learn from.
 */
export async function evaluateModel(
  request: EvaluationRequest,
  log: (message: string) => void,
): Promise<Record<string, unknown>> {
  const { data: spec } = readModel(request.model);
  const seed = request.seed ?? spec.seed;
  const rows = await openLabelledTable(request, seed);
  try {
    for (const notice of rows.notices) log(`note: ${notice}`);
    const { name } = await useBackend();
    const positives = rows.labels.reduce((sum, label) => sum + label, 0);
    const about = { rows: rows.labels.length, positives, backend: name };
    return spec.kind === "text"
      ? { ...about, ...(await evaluateText(spec, rows, request, seed)) }
      : { ...about, ...(await evaluateTabular(spec, rows, request, seed, log)) };
  } finally {
    rows.table.close();
  }
}

/**
 * Reads a model file by its path, or by its name in `models/` here or in the package.
 *
 * @throws UserError if there is none, or it is not as it should be.
 */
export function readModel(model: string): { file: string; text: string; data: ModelSpec } {
  const file = findModel(model);
  const text = readFileSync(file, "utf8");
  return { file, text, data: parseYaml(text, { file }, modelSchema).data };
}

/** The file of a model, given its path, or its name in `models/` here or in the package. */
export function findModel(model: string): string {
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
  return file;
}
