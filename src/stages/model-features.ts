import type { ModelSpec } from "./model-spec.js";

/** Which of a table's columns a model learns from, in the table's order. */
export function featureNames(spec: ModelSpec, columns: readonly string[]): string[] {
  if (spec.kind === "text") return columns.filter((name) => spec.features.numbers.includes(name));
  const apart = [...spec.key, spec.time, ...(spec.cluster === undefined ? [] : [spec.cluster])];
  const { features } = spec;
  const isFeature = (name: string) =>
    "columns" in features ? features.columns.includes(name) : !features.except.includes(name);
  return columns.filter((name) => isFeature(name) && !apart.includes(name));
}
