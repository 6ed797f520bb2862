import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isErrno, readJson } from "../warehouse/durable.js";

const aboutSchema = z.object({
  version: z.string(),
  trained_as_of: z.string(),
  validated_from: z.string(),
  metrics: z.array(
    z.object({
      metric: z.string(),
      value: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
});

export type ModelVersion = z.output<typeof aboutSchema> & {
  model: string;
  isChampion: boolean;
  folder: string;
};

/**
 * The trained versions in a registry folder, newest first for each model. A folder that was cut off is left out.
 *
 * @param champions model -> the version that the publication scores with
 */
export async function listModels(
  registry: string,
  champions: Readonly<Record<string, string>>,
): Promise<ModelVersion[]> {
  const found: ModelVersion[] = [];
  for (const model of (await folders(registry)).sort()) {
    const versions: ModelVersion[] = [];
    for (const version of await folders(join(registry, model))) {
      const folder = join(registry, model, version);
      const about = aboutSchema.safeParse(await readJson(join(folder, "about.json")));
      if (about.success)
        versions.push({ model, isChampion: champions[model] === version, folder, ...about.data });
    }
    found.push(...versions.sort((a, b) => b.version.localeCompare(a.version)));
  }
  return found;
}

async function folders(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.endsWith(".tmp"))
      .map(({ name }) => name);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}
