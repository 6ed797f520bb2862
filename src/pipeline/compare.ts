import { UserError } from "../errors.js";
import { compareVersions } from "../stages/compare-versions.js";
import type { ComparedVersions } from "../stages/model-tables.js";
import { differences, type ModelVersion } from "../stages/model-version.js";
import { openPublication, type Publication } from "../warehouse/publication.js";
import type { Store } from "../warehouse/store.js";

/**
 * Compares two trained versions on the published rows that neither was trained on.
 *
 * @throws UserError for versions that predict different things, or where their tables are not published
 */
export async function comparePublished(
  store: Store,
  publication: Publication,
  first: ModelVersion,
  second: ModelVersion,
): Promise<ComparedVersions> {
  const [a, b] = [first.about.version, second.about.version];
  const reasons = differences(second.spec, first.spec);
  if (reasons.length > 0) {
    throw new UserError(`${a} and ${b} cannot be compared: ${reasons.join("; ")}`, {
      hint: "Compare versions of the same features and label.",
    });
  }
  for (const { table } of [second.spec.features, second.spec.label]) {
    if (publication.tables[table]) continue;
    throw new UserError(`the publication ${publication.id} has no table ${table} to compare them on`, {
      hint: "Run the pipeline first, or name the store of its pipeline with --store.",
    });
  }
  const engine = await openPublication(store, publication);
  const session = await engine.connect();
  try {
    return await compareVersions(session, first, second);
  } finally {
    session.close();
    engine.close();
  }
}
