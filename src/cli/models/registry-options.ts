import type { Command } from "commander";
import { resolve } from "node:path";
import { UserError } from "../../errors.js";
import type { ListedVersion } from "../../pipeline/registry.js";
import type { ModelVersion } from "../../stages/model-version.js";
import { suggest } from "../../suggest.js";
import type { Publication } from "../../warehouse/publication.js";
import { Store } from "../../warehouse/store.js";
import { withStoreOptions, type StoreOptions } from "../store-options.js";

export interface RegistryOptions extends StoreOptions {
  registry: string;
}

/** Options of commands that read trained versions. */
export function withRegistryOptions(command: Command): Command {
  return withStoreOptions(
    command.option("--registry <folder>", "where trained versions are kept", "models/registry"),
  );
}

/** What the registry and the current publication hold. */
export async function readRegistry(
  options: RegistryOptions,
): Promise<{ store: Store; publication: Publication | undefined; models: ListedVersion[] }> {
  const { listModels } = await import("../../pipeline/registry.js");
  const { currentPublication } = await import("../../warehouse/publication.js");
  const store = new Store(resolve(options.store));
  const publication = await currentPublication(store);
  return {
    store,
    publication,
    models: await listModels(resolve(options.registry), publication?.models ?? {}),
  };
}

/**
 * A model's version that can be used: the one named, else the champion, else the newest.
 *
 * @throws UserError for an unknown model or version, and for one that cannot be used
 */
export function findVersion(
  models: readonly ListedVersion[],
  name: string,
  version?: string,
): ModelVersion & { isChampion: boolean } {
  const versions = models.filter(({ model }) => model === name);
  if (versions.length === 0) {
    throw new UserError(`there is no trained model ${name}`, {
      hint: suggest(name, [...new Set(models.map(({ model }) => model))]),
    });
  }
  const found =
    version === undefined
      ? (versions.find(({ isChampion }) => isChampion) ?? versions[0])
      : versions.find((candidate) => candidate.version === version);
  if (!found) {
    throw new UserError(`${name} has no version ${version}`, {
      hint: suggest(
        version ?? "",
        versions.map((candidate) => candidate.version),
      ),
    });
  }
  if ("trained" in found) return { ...found.trained, isChampion: found.isChampion };
  throw new UserError(`${name} ${found.version} cannot be used: ${found.unusable}`, {
    hint: "Restore its folder from a copy, or choose another version: ancora models list.",
  });
}
