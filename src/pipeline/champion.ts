import { join } from "node:path";
import type { ModelSpec } from "../stages/model-spec.js";
import { differences, readVersion, type ModelVersion } from "../stages/model-version.js";
import { registry } from "../stages/model-version.js";
import type { Fingerprint } from "../warehouse/store.js";

/** What a version must fit to be used: the date, and the statements that make its features and labels. */
interface InUse {
  /** ISO date of the newest data; undefined where it does not matter. */
  asOf: string | undefined;
  definitions: Readonly<Record<string, Fingerprint>>;
}

/**
 * The version that a publication scores with, or why it cannot be used any more.
 *
 * @throws UserError for a version whose folder was cut off
 */
export async function findChampion(
  { project }: { project: string },
  spec: ModelSpec,
  { champion: version, ...inUse }: InUse & { champion: string | undefined },
): Promise<{ champion?: ModelVersion; unfit?: string }> {
  if (version === undefined) return {};
  const found = await readVersion(join(project, registry), spec.name, version);
  if ("missing" in found) return { unfit: `the champion ${version} cannot be used: ${found.missing}` };
  const [difference] = misfits(found.version, spec, inUse);
  if (difference === undefined) return { champion: found.version };
  return { unfit: `the champion ${version} does not fit any more: ${difference}` };
}

/** Why a version cannot be used with a spec, tonight. */
export function misfits({ about, spec: trained }: ModelVersion, spec: ModelSpec, inUse: InUse): string[] {
  const { asOf, definitions } = inUse;
  const statements = Object.keys(definitions).filter(
    (table) => definitions[table] !== about.definitions[table],
  );
  return [
    ...differences(spec, trained),
    ...statements.map((table) => `the statements that make ${table} are not those that it was trained with`),
    ...(asOf !== undefined && about.trained_as_of > asOf
      ? [`it was trained on data up to ${about.trained_as_of}, after ${asOf}`]
      : []),
  ];
}
