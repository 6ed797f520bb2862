import { z } from "zod";
import { check } from "../stages/check.js";
import { classify } from "../stages/classify.js";
import { estimate } from "../stages/estimate.js";
import { exportTable } from "../stages/export.js";
import { load } from "../stages/load.js";
import { report } from "../stages/report.js";
import { score } from "../stages/score.js";
import { sql } from "../stages/sql.js";
import type { OpenContext, Stage } from "../stages/stage.js";
import { train } from "../stages/train.js";
import { value } from "../stages/value.js";

const stageName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]*$/,
    "expected snake_case: a small letter, then small letters, digits and underscores",
  );

const description = z.string().optional();

const date = z.strictObject({
  type: z.literal("date"),
  default: z
    .union([z.literal("latest"), z.iso.date()])
    .describe("ISO date, or latest: the newest event loaded"),
  description,
});

/** A value that a model's spec states, such as its horizon. */
const fromModel = z
  .strictObject({
    model: z.string().describe("A model file"),
    field: z.string().describe("A field of it, e.g. horizon_days or snapshots.count"),
  })
  .describe("What a model's spec says");

const valued = {
  integer: { type: z.literal("integer"), description },
  number: { type: z.literal("number"), description },
  string: { type: z.literal("string"), description },
};

/** A parameter with its default value. */
export const parameterSchema = z.discriminatedUnion("type", [
  date,
  z.strictObject({ ...valued.integer, default: z.int() }),
  z.strictObject({ ...valued.number, default: z.number() }),
  z.strictObject({ ...valued.string, default: z.string() }),
]);

export type ParameterSpec = z.output<typeof parameterSchema>;

const parameter = z.union([
  date,
  z.strictObject({ ...valued.integer, default: z.union([z.int(), fromModel]) }),
  z.strictObject({ ...valued.number, default: z.union([z.number(), fromModel]) }),
  z.strictObject({ ...valued.string, default: z.union([z.string(), fromModel]) }),
]);

const stage = z.union([
  load.schema,
  sql.schema,
  check.schema,
  train.schema,
  score.schema,
  value.schema,
  classify.schema,
  estimate.schema,
  report.schema,
  exportTable.schema,
]);

/** A stage as written: one of the kinds, told apart by the name of its first field. */
export type StageSpec = z.output<typeof stage>;

/** A pipeline file: `pipelines/*.yaml`. */
export const pipelineSchema = z.strictObject({
  name: stageName.describe("The pipeline's name"),
  description,
  extends: z
    .string()
    .optional()
    .describe(
      "A pipeline file whose fields, parameters and stages this one has too, except those that it states",
    ),
  store: z.string().default("data/store").describe("Folder for results, relative to the project"),
  reports: z
    .string()
    .default("reports/out")
    .describe("Folder for the published reports, relative to the project"),
  index: z
    .string()
    .optional()
    .describe(
      "A notebook over the run itself: what changed, every report, earlier runs; see docs/notebooks.md",
    ),
  time_zone: z.string().default("Europe/Rome").describe("IANA time zone of timestamps"),
  locales: z
    .array(z.enum(["it", "en"]))
    .nonempty()
    .default(["it", "en"])
    .describe("Languages of the reports"),
  currency: z.string().length(3).default("EUR").describe("ISO 4217 code of all amounts"),
  keep_publications: z.int().min(1).default(14).describe("How many publications to keep for going back"),
  params: z.record(stageName, parameter).default({}).describe("Values that SQL uses as $name"),
  stages: z
    .record(stageName, stage)
    .describe("What runs: each stage is named as the table, model or report it makes"),
});

export type PipelineSpec = z.output<typeof pipelineSchema>;

export type KindName =
  "load" | "sql" | "check" | "train" | "score" | "value" | "classify" | "estimate" | "report" | "export";

export function kindOf(spec: StageSpec): KindName {
  if ("load" in spec) return "load";
  if ("sql" in spec) return "sql";
  if ("check" in spec) return "check";
  if ("train" in spec) return "train";
  if ("score" in spec) return "score";
  if ("value" in spec) return "value";
  if ("classify" in spec) return "classify";
  if ("estimate" in spec) return "estimate";
  if ("report" in spec) return "report";
  return "export";
}

export function openStage(spec: StageSpec, context: OpenContext): Promise<Stage> {
  if ("load" in spec) return load.open(spec, context);
  if ("sql" in spec) return sql.open(spec, context);
  if ("check" in spec) return check.open(spec, context);
  if ("train" in spec) return train.open(spec, context);
  if ("score" in spec) return score.open(spec, context);
  if ("value" in spec) return value.open(spec, context);
  if ("classify" in spec) return classify.open(spec, context);
  if ("estimate" in spec) return estimate.open(spec, context);
  if ("report" in spec) return report.open(spec, context);
  return exportTable.open(spec, context);
}
