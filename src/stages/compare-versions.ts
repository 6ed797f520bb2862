import { useBackend } from "../ml/backend.js";
import type { Session } from "../warehouse/engine.js";
import { compare } from "./comparison.js";
import { readLabelled } from "./model-data.js";
import type { ComparedVersions } from "./model-tables.js";
import type { ModelVersion } from "./model-version.js";
import { predictVersion } from "./predict.js";

/**
 * Compares two trained versions on the newest rows that neither was trained on, by the rule of the second's spec: what it
 * says if the second challenged the first.
 *
 * @param session sees the tables of features and labels
 */
export async function compareVersions(
  session: Session,
  first: ModelVersion,
  second: ModelVersion,
): Promise<ComparedVersions> {
  await useBackend();
  const { spec } = second;
  const data = await readLabelled(session, spec);
  const newest = [...data.times].sort().at(-1) ?? "";
  const rows = data.times.flatMap((time, row) => {
    const isUnseen = [first.about, second.about].every(({ validated_from, trained_as_of }) =>
      spec.kind === "tabular" ? time >= validated_from : time.slice(0, 10) > trained_as_of,
    );
    return isUnseen && (spec.kind === "text" || time === newest) ? [row] : [];
  });
  const comparison = compare(
    {
      labels: rows.map((row) => data.labels[row]!),
      champion: await predictVersion(first, data.columns, rows),
      challenger: await predictVersion(second, data.columns, rows),
    },
    spec.promotion,
    spec.seed,
  );
  return { ...comparison, champion: first.about.version, challenger: second.about.version };
}
