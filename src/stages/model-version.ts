import { readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { exitCodes, UserError } from "../errors.js";
import { fileHash } from "../fingerprint.js";
import { isErrno, makeFolder, settleFolder, writeDurably } from "../warehouse/durable.js";
import { modelSchema, type ModelSpec } from "./model-spec.js";

/** Folder of all trained versions, relative to the project. */
export const registry = join("models", "registry");

/** Name of the version that a training makes: when, and of what. */
export function versionName(asOf: string, fingerprint: string): string {
  return `${asOf}-${fingerprint.slice(0, 8)}`;
}

const measured = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

const aboutSchema = z.object({
  model: z.string(),
  version: z.string(),
  trained_as_of: z.string(),
  /** ISO text: the time of the first row that it was measured on. */
  validated_from: z.string(),
  /** Dates of the feature table's rows, the oldest first; those of a text model only the first and the last. */
  snapshots: z.array(z.string()),
  /** Rows of the feature table, and those of them whose label is not known. */
  rows: z.number(),
  unlabelled_rows: z.number(),
  train_rows: z.number(),
  train_positives: z.number(),
  validation_rows: z.number(),
  validation_positives: z.number(),
  seed: z.union([z.number(), z.string()]),
  backend: z.string(),
  engine: z.string(),
  code: z.object({ version: z.string(), hash: z.string() }),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Table that it learnt from -> fingerprint of the data. */
  data: z.record(z.string(), z.string()),
  /** Table that it learnt from -> hash of the statements that made it. */
  definitions: z.record(z.string(), z.string()),
  features: z.array(z.string()),
  metrics: z.array(measured.extend({ metric: z.string() })),
  drivers: z.array(
    measured.omit({ value: true }).extend({
      feature: z.string(),
      importance: z.number(),
      direction: z.number().nullable(),
    }),
  ),
  effects: z.array(
    measured.omit({ value: true }).extend({
      feature: z.string(),
      value: z.string().nullable(),
      effect: z.number(),
      n: z.number(),
    }),
  ),
  /** Of the validation rows, the most probable first; a measure is null where its tenth is empty. */
  deciles: z.array(
    z.object({
      decile: z.number(),
      rows: z.number(),
      positives: z.number(),
      mean_probability: z.number().nullable(),
      rate: z.number().nullable(),
      lift: z.number().nullable(),
      lift_low: z.number().nullable(),
      lift_high: z.number().nullable(),
      gain: z.number().nullable(),
      gain_low: z.number().nullable(),
      gain_high: z.number().nullable(),
    }),
  ),
  groups: z.array(
    z.object({
      column_name: z.string(),
      level: z.string().nullable(),
      rows: z.number(),
      metric: z.string(),
      ...measured.shape,
    }),
  ),
  /** File of the folder -> SHA-256. */
  files: z.record(z.string(), z.string()),
});

/** What is known of a trained version, as its folder's `about.json` keeps it. */
export type AboutVersion = z.output<typeof aboutSchema>;

/** A trained version in the registry. */
export interface ModelVersion {
  /** Absolute path. */
  folder: string;
  about: AboutVersion;
  spec: ModelSpec;
}

const aboutFile = "about.json";
const specFile = "spec.json";

/**
 * Writes a version's folder under another name first, so that it is there whole or not at all.
 *
 * @param write writes the model's files into the folder that it is given
 */
export async function writeVersion(
  folder: string,
  spec: ModelSpec,
  about: Omit<AboutVersion, "files">,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${folder}.${process.pid}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  await makeFolder(dirname(folder));
  await write(temporary);
  await writeDurably(join(temporary, specFile), JSON.stringify(spec, null, 1));
  const files: Record<string, string> = {};
  for (const name of (await readdir(temporary)).sort()) files[name] = await fileHash(join(temporary, name));
  await writeDurably(join(temporary, aboutFile), JSON.stringify({ ...about, files }, null, 1));
  await settleFolder(temporary, folder);
}

/** A version as found in the registry, or why there is none to be had. */
export type FoundVersion = { version: ModelVersion } | { missing: string };

/**
 * Reads a version and makes sure that every file of it is as it was written.
 *
 * @param registry the folder of all models' versions
 * @throws UserError for a folder that was cut off, or that holds another model or version
 */
export async function readVersion(registry: string, model: string, version: string): Promise<FoundVersion> {
  const folder = join(registry, model, version);
  const names = await filesOf(folder);
  if (names === undefined) return { missing: "its folder is gone" };
  const about = aboutSchema.safeParse(await readPart(folder, aboutFile));
  if (!about.success) return { missing: "it was written by another version of the program" };
  for (const [name, hash] of Object.entries(about.data.files)) {
    if (!names.includes(name)) throw cutOff(folder, name, "the file is missing");
    if ((await fileHash(join(folder, name))) !== hash) {
      throw cutOff(folder, name, "it is not as it was written");
    }
  }
  if (about.data.model !== model || about.data.version !== version) {
    throw new UserError(`expected ${model} ${version}, found ${about.data.model} ${about.data.version}`, {
      exitCode: exitCodes.stageFailed,
      place: { file: join(folder, aboutFile) },
      hint: `Restore the folder from a copy, or roll back: ancora models rollback ${model}.`,
    });
  }
  const spec = modelSchema.safeParse(await readPart(folder, specFile));
  if (!spec.success) return { missing: "its spec was written by another version of the program" };
  return { version: { folder, about: about.data, spec: spec.data } };
}

/** Names of the files in a folder; undefined where there is none. */
async function filesOf(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

async function readPart(folder: string, file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, file), "utf8"));
  } catch (error) {
    const reason = isErrno(error, "ENOENT") ? "the file is missing" : "it is not JSON";
    throw cutOff(folder, file, reason, error);
  }
}

function cutOff(folder: string, file: string, reason: string, cause?: unknown): UserError {
  return new UserError(`the trained model is cut off or damaged: ${reason}`, {
    exitCode: exitCodes.stageFailed,
    place: { file: join(folder, file) },
    hint: "Restore the folder from a copy, roll back (ancora models rollback), or remove it to train anew.",
    cause,
  });
}

/**
 * What keeps a version from being used with a spec: where the two differ in what goes in or what comes out. How it was
 * trained (its network, seed, snapshots) may differ.
 *
 * @returns one text for each difference
 */
export function differences(inUse: ModelSpec, trained: ModelSpec): string[] {
  const [now, then] = [meaning(inUse), meaning(trained)];
  return Object.keys(now)
    .filter((name) => JSON.stringify(now[name]) !== JSON.stringify(then[name]))
    .map((name) => `${name} is ${shown(now[name])} in the spec, ${shown(then[name])} in the version`);
}

function meaning(spec: ModelSpec): Record<string, unknown> {
  const { kind, key, time, features, label, output } = spec;
  const horizon = spec.kind === "tabular" ? spec.horizon_days : undefined;
  const { table, ...chosen } = features;
  return {
    kind,
    key,
    time,
    "features.table": table,
    features: chosen,
    "label.table": label.table,
    "label.column": label.column,
    horizon_days: horizon,
    output,
  };
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "absent");
}
