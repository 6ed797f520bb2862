import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UserError } from "../errors.js";
import { refuseThinLabel } from "../ml/thin-label.js";
import { makeFolder, writeDurably } from "../warehouse/durable.js";
import { parseYaml, type Yaml } from "../yaml.js";
import { checkFeatures, checkLabel, type PlaceOf } from "./model-columns.js";
import { readLabelled, validationOf, type LabelledRows, type Validation } from "./model-data.js";
import { modelSchema, type ModelSpec } from "./model-spec.js";
import { keepModelTables } from "./model-tables.js";
import type { OpenContext, RunContext, Stage, StageKind, StageResult } from "./stage.js";

const schema = z.strictObject({
  train: z.string().describe("A model file"),
  every_days: z
    .int()
    .min(1)
    .default(1)
    .describe("Keep the published model until it is this many days of data old; one trains on every new day"),
  description: z.string().optional(),
});

type TrainSpec = z.output<typeof schema>;

/**
 * Trains a model and measures it on later data than it has seen. It makes the tables `<stage>_model` (one row about the
 * model), `<stage>_metrics` and `<stage>_drivers`.
 */
export const train: StageKind<TrainSpec> = {
  schema,
  async open(spec, context): Promise<Stage> {
    const { data, placeOf, file } = await openModel(spec.train, "train", context);
    return {
      reads: new Map([
        [data.features.table, placeOf(["features", "table"])],
        [data.label.table, placeOf(["label", "table"])],
      ]),
      parameters: new Set(["as_of"]),
      makes: ["model", "metrics", "drivers"].map((suffix) => `${context.name}_${suffix}`),
      identity: () => Promise.resolve({ model: data }),
      trains: file,
      everyDays: spec.every_days,
      features: { table: data.features.table, place: placeOf(["features", "table"]) },
      run: (run) => trainModel(run, data, placeOf),
    };
  },
};

/** Reads a model file that a stage names. `file` is its path in the project. */
export async function openModel(
  reference: string,
  field: string,
  context: OpenContext,
): Promise<Yaml<ModelSpec> & { file: string }> {
  const { text, name } = await context.file(reference, field);
  return { ...parseYaml(text, { file: name }, modelSchema), file: name };
}

async function trainModel(run: RunContext, spec: ModelSpec, place: PlaceOf): Promise<StageResult> {
  await checkFeatures(run, spec, spec.features.table, place);
  await checkLabel(run, spec, place);
  run.progress("reading");
  const data = await readLabelled(run.session, spec);
  const validation = validationOf(data, spec);
  const reason = refusal(data, validation, spec);
  if (reason !== undefined) return refused(run, spec, reason);

  const { fitModel } = await import("./fit.js");
  const fitted = await fitModel(spec, data, validation, run.progress);
  const asOf = String(run.parameters.as_of);
  const validated = validation.splits.flatMap((split) => [...split.validation]);
  const validatedFrom = validation.splits[0]?.validatedFrom ?? "";
  const version = `${asOf}-${run.fingerprint.slice(0, 8)}`;
  const folder = join("models", "registry", spec.name, version);
  await keepModel(join(run.project, folder), async (temporary) => {
    await fitted.save(temporary);
    await writeDurably(join(temporary, "spec.json"), JSON.stringify(spec, null, 1));
    const about = {
      version,
      trained_as_of: asOf,
      validated_from: validatedFrom,
      metrics: fitted.metrics,
    };
    await writeDurably(join(temporary, "about.json"), JSON.stringify(about, null, 1));
  });
  const auc = fitted.metrics.find(({ metric }) => metric === "auc");
  const stored = await keepModelTables(run, fitted, {
    model: spec.name,
    version,
    status: "trained",
    reason: null,
    trained_as_of: asOf,
    validated_from: validatedFrom,
    train_rows: validation.train.length,
    train_positives: positives(data, validation.train),
    validation_rows: validated.length,
    validation_positives: positives(data, validated),
    backend: fitted.backend,
  });
  const interval = auc
    ? `, AUC ${auc.value.toFixed(3)} (${auc.low.toFixed(3)} to ${auc.high.toFixed(3)})`
    : "";
  return {
    ...stored,
    summary: `${validation.train.length} rows, validated on ${validated.length} from ${validatedFrom.slice(0, 10)}${interval}, ${fitted.backend}`,
    notices: fitted.warnings.map((warning) => `${spec.name}: ${warning}`),
    model: {
      name: spec.name,
      version,
      status: "trained",
      folder,
      trainedAsOf: asOf,
      backend: fitted.backend,
    },
  };
}

function positives({ labels }: LabelledRows, rows: Iterable<number>): number {
  let count = 0;
  for (const row of rows) count += labels[row] ?? 0;
  return count;
}

/** Why there is no model to be had from this label, in words. */
function refusal(data: LabelledRows, { train, splits }: Validation, spec: ModelSpec): string | undefined {
  if (data.labels.length === 0) return `no label is known yet: no ${spec.words.model}`;
  const snapshots = new Set(data.times).size;
  if (spec.kind === "tabular" && snapshots === 1) {
    return `all labels are of one date, ${data.times[0]?.slice(0, 10)}: nothing earlier to train on, no ${spec.words.model}`;
  }
  for (const rows of [[...train], splits.flatMap((split) => [...split.validation])]) {
    try {
      refuseThinLabel(
        rows.map((row) => data.labels[row] ?? 0),
        spec.words,
      );
    } catch (error) {
      if (error instanceof UserError) return error.message;
      throw error;
    }
  }
  return undefined;
}

async function refused(run: RunContext, spec: ModelSpec, reason: string): Promise<StageResult> {
  const stored = await keepModelTables(
    run,
    { metrics: [], drivers: [] },
    {
      model: spec.name,
      version: null,
      status: "refused",
      reason,
      trained_as_of: String(run.parameters.as_of),
      validated_from: null,
      train_rows: 0,
      train_positives: 0,
      validation_rows: 0,
      validation_positives: 0,
      backend: null,
    },
  );
  return {
    ...stored,
    summary: `not trained: ${reason}`,
    notices: [`${spec.name} is not trained: ${reason}`],
    model: { name: spec.name, version: "", status: "refused", reason },
  };
}

/** Writes a model's folder under another name first, so that it is there whole or not at all. */
async function keepModel(folder: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${folder}.${process.pid}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  await makeFolder(dirname(folder));
  await write(temporary);
  await rm(folder, { recursive: true, force: true });
  await rename(temporary, folder);
}
