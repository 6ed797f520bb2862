import type { ComparedVersions } from "../../stages/model-tables.js";
import { aligned } from "../output.js";

/** A comparison as a document: the gain is above zero where the challenger is better. */
export function comparisonDocument(comparison: ComparedVersions): object {
  const { champion, challenger, rows, positives, metrics, verdict } = comparison;
  return { champion, challenger, rows, positives, metrics, verdict };
}

/** A comparison as lines for people. */
export function comparisonLines({
  champion,
  challenger,
  rows,
  positives,
  metrics,
}: ComparedVersions): string[] {
  if (metrics.length === 0) return [];
  const digits = (value: number) => value.toFixed(4);
  const table = aligned([
    ["measure", "champion", "challenger", "gain", "95% interval of the gain"],
    ...metrics.map(({ metric, champion: a, challenger: b, gain }) => [
      metric,
      digits(a.value),
      digits(b.value),
      digits(gain.value),
      `${digits(gain.low)} to ${digits(gain.high)}`,
    ]),
  ]);
  return [
    `champion ${champion} and challenger ${challenger} on the same ${rows} rows, ${positives} positive, that neither was trained on`,
    ...table.map((line) => `  ${line}`),
    "A gain above zero: the challenger is better.",
  ];
}
