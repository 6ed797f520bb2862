import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { glob } from "tinyglobby";
import { UserError, type Place } from "../errors.js";
import type { InputPath, ProjectFile } from "../stages/stage.js";
import { suggest } from "../suggest.js";
import { readdirSync } from "node:fs";

/** Where a pipeline lives: the folder that holds its `pipelines` folder, else the pipeline file's own. */
export function projectOf(pipelineFile: string): string {
  const folder = dirname(resolve(pipelineFile));
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    if (basename(at) === "pipelines") return dirname(at);
  }
  return folder;
}

/** Reads a file that people name on the command line or in YAML. @throws UserError when it cannot be read */
export function readProjectFile(path: string, project: string, place?: Place): ProjectFile {
  const name = relative(project, path) || path;
  try {
    if (statSync(path).isDirectory()) throw new Error("a folder");
    return { name: name.startsWith("..") ? path : name, path, text: readFileSync(path, "utf8") };
  } catch (error) {
    throw new UserError(`expected the file ${path}, found ${reason(error)}`, {
      ...(place ? { place } : {}),
      hint: nearestFile(path),
      cause: error,
    });
  }
}

/** A file named in a pipeline: looked for in the pipeline's folder, then in each folder above, up to the project's. */
export function findFile(
  reference: string,
  pipelineFile: string,
  project: string,
  place: Place,
): ProjectFile {
  const folder = dirname(resolve(pipelineFile));
  if (isAbsolute(reference)) return readProjectFile(reference, project, place);
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, reference);
    if (existsSync(candidate)) return readProjectFile(candidate, project, place);
    if (at === project || dirname(at) === at) break;
  }
  const beside = relative(project, folder) || ".";
  throw new UserError(`the file ${reference} is neither in ${beside} nor in a folder above`, {
    place,
    hint: nearestFile(join(folder, reference), join(project, reference)),
  });
}

/** The files that patterns match, sorted by name; paths are relative to the project unless absolute. */
export async function globFiles(patterns: readonly string[], project: string): Promise<InputPath[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const options = { cwd: project, absolute: true, onlyFiles: true, expandDirectories: false };
    for (const match of await glob(pattern, options)) found.add(resolve(match));
  }
  return [...found].sort().map((path) => {
    const label = relative(project, path);
    return { path, label: label.startsWith("..") ? path : label };
  });
}

function reason(error: unknown): string {
  if (error instanceof Error && "code" in error) {
    if (error.code === "ENOENT") return "nothing";
    if (error.code === "EACCES") return "no right to read it";
  }
  return error instanceof Error ? error.message : String(error);
}

function nearestFile(...paths: string[]): string {
  const siblings = paths.flatMap((path) => {
    try {
      return readdirSync(dirname(path)).filter((name) => !name.startsWith("."));
    } catch {
      return [];
    }
  });
  return siblings.length === 0 ? "Mend the path." : suggest(basename(paths[0] ?? ""), [...new Set(siblings)]);
}
