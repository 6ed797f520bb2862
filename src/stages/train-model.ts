import { join } from "node:path";
import { UserError } from "../errors.js";
import { decileRows, rank } from "../ml/metrics.js";
import { measureSubgroups, subgroupMetrics } from "../ml/subgroups.js";
import { refuseThinLabel } from "../ml/thin-label.js";
import { packageVersion } from "../package-version.js";
import { identifier } from "../warehouse/engine.js";
import { challenge } from "./challenge.js";
import type { FittedModel } from "./fit.js";
import { checkLeaks } from "./leak-check.js";
import { checkFeatures, checkLabel, type PlaceOf } from "./model-columns.js";
import { columnOf, readLabelled, validationOf, type LabelledRows, type Validation } from "./model-data.js";
import { writeModelCards } from "./model-card.js";
import { featureNames } from "./model-features.js";
import type { ModelSpec } from "./model-spec.js";
import {
  keepModelTables,
  refusedTables,
  versionTables,
  type ComparedVersions,
  type GroupRow,
} from "./model-tables.js";
import {
  registry,
  versionName,
  writeVersion,
  type AboutVersion,
  type ModelVersion,
} from "./model-version.js";
import type { RunContext, StageResult, TrainingContext } from "./stage.js";

/** Keeps the champion where it stands unchallenged, else trains a version; a challenger is compared with the champion. */
export async function trainModel(run: RunContext, spec: ModelSpec, place: PlaceOf): Promise<StageResult> {
  const { training } = run;
  if (!training) throw new Error(`stage ${run.name} runs without its training context`);
  const { champion } = training;
  if (champion && !training.challenges) return stands(run, champion, undefined);
  await checkFeatures(run, spec, spec.features.table, place);
  await checkLabel(run, spec, place);
  run.progress("reading");
  const data = await readLabelled(run.session, spec);
  const validation = validationOf(data, spec);
  const reason = refusal(data, validation, spec);
  if (reason !== undefined)
    return champion ? unchallenged(run, champion, reason) : refused(run, spec, reason);

  run.progress("looking for leaks");
  const suspicions = await checkLeaks(run, spec, data, validation, place);
  const { fitModel } = await import("./fit.js");
  const fitted = await fitModel(spec, data, validation, run.progress);
  const version = await keepVersion(run, training, spec, data, validation, fitted);
  const warnings = [...drawnByLot(data), ...fitted.warnings];
  const notices = [...suspicions, ...warnings.map((warning) => `${spec.name}: ${warning}`)];
  if (!champion) return trained(run, version, undefined, notices);

  run.progress("comparing with the champion");
  const comparison = await challenge(spec, data, fitted.validated, {
    champion,
    challenger: version.about.version,
  });
  const result = comparison.verdict.promoted
    ? await trained(run, version, comparison, notices)
    : await stands(run, champion, comparison);
  return { ...result, notices: [...notices, `${spec.name}: ${comparison.verdict.reason.en}`] };
}

function drawnByLot({ labels, total }: LabelledRows): string[] {
  const [learnt, all] = [labels.length, total].map((rows) => rows.toLocaleString("en"));
  return labels.length < total
    ? [`it learns from ${learnt} of ${all} labelled rows, drawn by lot (most_rows)`]
    : [];
}

/** Writes the version's folder: the model, its spec, what it was made of, its measures. */
async function keepVersion(
  run: RunContext,
  training: TrainingContext,
  spec: ModelSpec,
  data: LabelledRows,
  validation: Validation,
  fitted: FittedModel & { backend: string },
): Promise<ModelVersion> {
  const asOf = String(run.parameters.as_of);
  const version = versionName(asOf, training.fingerprint);
  const { rows: validated } = fitted.validated;
  const rows = await countRows(run, spec);
  const about: Omit<AboutVersion, "files"> = {
    model: spec.name,
    version,
    trained_as_of: asOf,
    validated_from: validation.splits[0]?.validatedFrom ?? "",
    snapshots: snapshotsOf(data, spec),
    rows,
    unlabelled_rows: rows - data.total,
    train_rows: validation.train.length,
    train_positives: positives(data, validation.train),
    validation_rows: validated.length,
    validation_positives: positives(data, validated),
    seed: spec.seed,
    backend: fitted.backend,
    engine: run.engine,
    code: { version: packageVersion(), hash: run.code },
    parameters: training.parameters,
    data: training.data,
    definitions: training.definitions,
    features: featureNames(
      spec,
      data.columns.map(({ name }) => name),
    ),
    metrics: fitted.metrics,
    drivers: fitted.drivers,
    effects: fitted.effects,
    deciles: decilesOf(spec, data, fitted.validated),
    groups: groupErrors(spec, data, fitted.validated),
  };
  const folder = join(run.project, registry, spec.name, version);
  run.progress("writing the model card");
  await writeVersion(folder, spec, about, async (temporary) => {
    await fitted.save(temporary);
    await writeModelCards(run, { spec, about }, temporary);
  });
  return { folder, about: { ...about, files: {} }, spec };
}

async function countRows({ session }: RunContext, { features }: ModelSpec): Promise<number> {
  const { rows } = await session.query(`select count(*) from ${identifier(features.table)}`);
  return Number(rows[0]?.[0]);
}

function snapshotsOf({ times }: LabelledRows, { kind }: ModelSpec): string[] {
  const dates = [...new Set(times.map((time) => time.slice(0, 10)))].sort();
  return kind === "tabular" ? dates : [...new Set([dates[0] ?? "", dates.at(-1) ?? ""])];
}

function positives({ labels }: LabelledRows, rows: Iterable<number>): number {
  let count = 0;
  for (const row of rows) count += labels[row] ?? 0;
  return count;
}

/** Lift and gain by tenth of the validation rows that are judged. */
function decilesOf(
  spec: ModelSpec,
  { labels }: LabelledRows,
  { rows, probabilities }: FittedModel["validated"],
) {
  const judged = [...rows.keys()].filter((position) => !Number.isNaN(probabilities[position]));
  const ranked = rank(
    judged.map((position) => labels[rows[position] ?? 0] ?? 0),
    judged.map((position) => probabilities[position] ?? NaN),
  );
  return decileRows(ranked, { seed: spec.seed });
}

/** The error on the validation rows, by the groups of each sensitive column. */
function groupErrors(
  spec: ModelSpec,
  data: LabelledRows,
  { rows, probabilities }: FittedModel["validated"],
): GroupRow[] {
  const judged = [...rows.keys()].filter((position) => !Number.isNaN(probabilities[position]));
  const labels = judged.map((position) => data.labels[rows[position]!]!);
  const predicted = judged.map((position) => probabilities[position]!);
  return spec.sensitive.flatMap((column) => {
    const { values } = columnOf(data.columns, column);
    const levels = judged.map((position) => levelOf(values[rows[position]!]));
    return measureSubgroups(labels, predicted, levels, { seed: `${spec.seed}/${column}` }).flatMap((group) =>
      subgroupMetrics.map((metric) => {
        const interval = group.metrics[metric] ?? { value: NaN, low: NaN, high: NaN };
        return { column_name: column, level: group.level, rows: group.rows, metric, ...interval };
      }),
    );
  });
}

function levelOf(value: string | number | null | undefined): string | null {
  return value === null || value === undefined || Number.isNaN(value) ? null : String(value);
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

async function trained(
  run: RunContext,
  { about }: ModelVersion,
  comparison: ComparedVersions | undefined,
  notices: string[],
): Promise<StageResult> {
  const unfit = run.training?.unfit;
  const reason = comparison?.verdict.reason.en ?? unfit;
  return {
    ...(await keepModelTables(run, versionTables(about, comparison))),
    summary: `${about.train_rows} rows, validated on ${about.validation_rows} from ${about.validated_from.slice(0, 10)}${aucOf(about)}, ${about.backend}`,
    notices: unfit === undefined ? notices : [...notices, `${about.model} is trained anew: ${unfit}`],
    model: {
      ...named(about),
      status: "trained",
      ...(reason === undefined ? {} : { reason }),
      ...(comparison ? { comparison } : {}),
    },
  };
}

async function stands(
  run: RunContext,
  { about }: ModelVersion,
  comparison: ComparedVersions | undefined,
): Promise<StageResult> {
  return {
    ...(await keepModelTables(run, versionTables(about, comparison))),
    summary: `the champion ${about.version} stands${aucOf(about)}`,
    model: { ...named(about), status: "stands", ...(comparison ? { comparison } : {}) },
  };
}

async function unchallenged(run: RunContext, champion: ModelVersion, reason: string): Promise<StageResult> {
  const { about } = champion;
  return {
    ...(await stands(run, champion, undefined)),
    notices: [`${about.model}: no challenger is trained, the champion ${about.version} stands: ${reason}`],
  };
}

async function refused(run: RunContext, { name }: ModelSpec, reason: string): Promise<StageResult> {
  return {
    ...(await keepModelTables(run, refusedTables(name, reason, String(run.parameters.as_of)))),
    summary: `not trained: ${reason}`,
    notices: [`${name} is not trained: ${reason}`],
    model: { name, version: "", status: "refused", reason },
  };
}

function named({ model, version, trained_as_of, backend }: AboutVersion) {
  return {
    name: model,
    version,
    folder: join(registry, model, version),
    trainedAsOf: trained_as_of,
    backend,
  };
}

function aucOf({ metrics }: AboutVersion): string {
  const auc = metrics.find(({ metric }) => metric === "auc");
  const digits = (value: number | null | undefined) => value?.toFixed(3) ?? "";
  return auc ? `, AUC ${digits(auc.value)} (${digits(auc.low)} to ${digits(auc.high)})` : "";
}
