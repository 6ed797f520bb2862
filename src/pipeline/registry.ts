import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../errors.js";
import { readVersion, registry, type ModelVersion } from "../stages/model-version.js";
import { isErrno, sweep } from "../warehouse/durable.js";
import type { Pipeline } from "./open.js";

/** A version in the registry, or why it cannot be used. */
export type ListedVersion = { model: string; version: string; isChampion: boolean } & (
  { trained: ModelVersion } | { unusable: string }
);

/**
 * The trained versions in a registry folder, newest first for each model. One that cannot be used is listed with the reason.
 *
 * @param champions model -> the version that the publication scores with
 */
export async function listModels(
  registry: string,
  champions: Readonly<Record<string, string>>,
): Promise<ListedVersion[]> {
  const listed: ListedVersion[] = [];
  for (const model of await folders(registry)) {
    for (const version of await listVersions(registry, model)) {
      const named = { model, version, isChampion: champions[model] === version };
      listed.push({ ...named, ...(await readOrReason(registry, model, version)) });
    }
  }
  return listed;
}

/** Clears what a killed run left half-written of the models that a pipeline trains. Only the holder of the store's lock may. */
export async function sweepVersions({ project, stages }: Pipeline): Promise<void> {
  for (const { stage } of stages.values()) {
    if (stage.trains) await sweep(join(project, registry, stage.trains.spec.name));
  }
}

/** Names of a model's versions, newest first. */
export async function listVersions(registry: string, model: string): Promise<string[]> {
  return (await folders(join(registry, model))).reverse();
}

async function readOrReason(
  registry: string,
  model: string,
  version: string,
): Promise<{ trained: ModelVersion } | { unusable: string }> {
  try {
    const found = await readVersion(registry, model, version);
    return "version" in found ? { trained: found.version } : { unusable: found.missing };
  } catch (error) {
    if (error instanceof UserError) return { unusable: error.message };
    throw error;
  }
}

/** Names of the folders in a folder, those that are still being written left out. */
async function folders(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.endsWith(".tmp"))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}
