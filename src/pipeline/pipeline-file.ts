import { z } from "zod";
import { UserError, type Place } from "../errors.js";
import { parseYaml, type YamlPath } from "../yaml.js";
import { findFile, readProjectFile } from "./project.js";
import { pipelineSchema, type PipelineSpec } from "./spec.js";

/** A pipeline as written, with what it takes from the one that it extends. */
export interface PipelineFile {
  /** As shown to people. */
  name: string;
  spec: PipelineSpec;
  placeOf: (path: YamlPath) => Place;
  /** The file that says what stands at a path: files that are named there are looked for from its folder. */
  fileOf: (path: YamlPath) => string;
}

/** Its fields, and of these the ones that hold named things, of which each is replaced as a whole. */
const raw = z.looseObject({
  params: z.record(z.string(), z.unknown()).optional(),
  stages: z.record(z.string(), z.unknown()).optional(),
});

type RawPipeline = z.output<typeof raw>;

/** What one file says by itself. */
interface Layer {
  file: string;
  content: RawPipeline;
  placeOf: (path: YamlPath) => Place;
}

/**
 * Reads a pipeline file. `extends` names another whose fields, parameters and stages it has as well, except those that it
 * states itself.
 *
 * @throws UserErrors with the place of every mistake, in the file that makes it
 */
export function readPipelineFile(file: string, project: string): PipelineFile {
  const { name } = readProjectFile(file, process.cwd());
  const layers = readLayers(file, project, []);
  const content = layers.reduceRight<RawPipeline>(
    (base, { content: own }) => ({
      ...base,
      ...own,
      params: { ...base.params, ...own.params },
      stages: { ...base.stages, ...own.stages },
    }),
    {},
  );
  const layerOf = (path: YamlPath): Layer => {
    const found = layers.find((layer) => says(layer.content, path)) ?? layers[0];
    if (!found) throw new Error(`${file} was not read`);
    return found;
  };
  return {
    name,
    spec: pipelineSchema.parse(content),
    placeOf: (path) => layerOf(path).placeOf(path),
    fileOf: (path) => layerOf(path).file,
  };
}

/** The file itself, then the one that it extends, and so on. */
function readLayers(file: string, project: string, before: readonly string[], from?: Place): Layer[] {
  if (before.includes(file)) {
    throw new UserError(`the pipelines extend each other in a circle: ${[...before, file].join(" -> ")}`, {
      ...(from ? { place: from } : {}),
      hint: "Let one of them stand by itself.",
    });
  }
  const { text, name } = readProjectFile(file, process.cwd(), from);
  const { data, placeOf } = parseYaml(text, { file: name }, pipelineSchema);
  const { data: content } = parseYaml(text, { file: name }, raw);
  const layer = { file, content, placeOf };
  if (data.extends === undefined) return [layer];
  const place = placeOf(["extends"]);
  const base = findFile(data.extends, file, project, place).path;
  return [layer, ...readLayers(base, project, [...before, file], place)];
}

/** Whether a file says something at a path: of parameters and stages each by its name. */
function says(content: RawPipeline, [field, name]: YamlPath): boolean {
  if (field !== "params" && field !== "stages") return Object.hasOwn(content, String(field));
  return name === undefined || Object.hasOwn(content[field] ?? {}, String(name));
}
