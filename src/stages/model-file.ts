import { parseYaml, type Yaml } from "../yaml.js";
import { applyOverrides } from "./model-overrides.js";
import { modelSchema, type ModelSpec } from "./model-spec.js";
import type { ModelOverrides, OpenContext, ProjectFile } from "./stage.js";

/** A model file that a stage names. `file` is its path in the project. */
export type ModelFile = Yaml<ModelSpec> & { file: string };

/** Reads a model file that a stage names. */
export async function openModel(reference: string, field: string, context: OpenContext): Promise<ModelFile> {
  return parseModel(await context.file(reference, field), context.overrides);
}

/** Reads a model file, some of its values replaced. @throws UserErrors with the place of every mistake */
export function parseModel({ text, name }: ProjectFile, overrides: ModelOverrides | undefined): ModelFile {
  const yaml = parseYaml(text, { file: name }, modelSchema);
  const isMeant = overrides !== undefined && overrides.model === yaml.data.name;
  return {
    ...yaml,
    data: isMeant ? applyOverrides(yaml.data, overrides.assignments) : yaml.data,
    file: name,
  };
}
