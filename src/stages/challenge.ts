import { compare } from "./comparison.js";
import type { FittedModel } from "./fit.js";
import type { LabelledRows } from "./model-data.js";
import type { ModelSpec } from "./model-spec.js";
import type { ComparedVersions } from "./model-tables.js";
import type { ModelVersion } from "./model-version.js";
import { predictVersion } from "./predict.js";

/**
 * Compares a challenger with the champion on the rows that both were not trained on, and applies the spec's promotion rule.
 *
 * These are the challenger's validation rows: of a tabular model the newest snapshot, if the champion has learnt from earlier
 * ones only; of a text model, which is trained on all rows in the end, those after the champion's training.
 */
export async function challenge(
  spec: ModelSpec,
  data: LabelledRows,
  validated: FittedModel["validated"],
  { champion, challenger }: { champion: ModelVersion; challenger: string },
): Promise<ComparedVersions> {
  const { validated_from, trained_as_of } = champion.about;
  const unseen = [...validated.rows.keys()].filter((position) => {
    const time = data.times[validated.rows[position]!] ?? "";
    return spec.kind === "tabular" ? time >= validated_from : time.slice(0, 10) > trained_as_of;
  });
  const rows = unseen.map((position) => validated.rows[position]!);
  const comparison = compare(
    {
      labels: rows.map((row) => data.labels[row]!),
      champion: await predictVersion(champion, data.columns, rows),
      challenger: unseen.map((position) => validated.probabilities[position]!),
    },
    spec.promotion,
    spec.seed,
  );
  return { ...comparison, champion: champion.about.version, challenger };
}
