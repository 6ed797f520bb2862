import { escapePath } from "tinyglobby";
import { UserError, UserErrors, type Place } from "../errors.js";
import type { Edition } from "../stages/report-edition.js";
import type { ModelOverrides, OpenContext, Stage } from "../stages/stage.js";
import { openSqlReader } from "../warehouse/syntax.js";
import { followCurrentOnly, type LostPast } from "./current-only.js";
import { buildGraph, type Graph } from "./graph.js";
import { indexName, openIndex } from "./index-report.js";
import { refuseLateScores } from "./lineage.js";
import { parseModel } from "../stages/model-file.js";
import { settleDefaults } from "./model-defaults.js";
import { parameterValues, type ParameterValue } from "./parameters.js";
import { readPipelineFile } from "./pipeline-file.js";
import { findFile, globFiles, projectOf } from "./project.js";
import { kindOf, openStage, type KindName, type PipelineSpec, type StageSpec } from "./spec.js";

export interface OpenStage {
  name: string;
  kind: KindName;
  spec: StageSpec;
  stage: Stage;
}

/** A pipeline whose every file has been read and checked. */
export interface Pipeline {
  file: string;
  /** Absolute path of the folder that paths in the pipeline are relative to. */
  project: string;
  spec: PipelineSpec;
  stages: Map<string, OpenStage>;
  parameters: Map<string, ParameterValue>;
  graph: Graph;
  lostPast: LostPast;
  /** The notebook that tells of the run itself. */
  index: Edition | undefined;
  locales: readonly string[];
  place(...path: string[]): Place;
}

export interface OpenOptions {
  /** `name=value` of each parameter that differs from its default. */
  parameters?: readonly string[];
  /** Renders reports in this language only. */
  locale?: string | undefined;
  /** Values of a model's spec to replace. */
  overrides?: ModelOverrides | undefined;
}

/**
 * Opens a pipeline file and all files that it names.
 *
 * @throws UserErrors with every mistake found, each with its place
 */
export async function openPipeline(file: string, options: OpenOptions = {}): Promise<Pipeline> {
  const project = projectOf(file);
  const { name, spec, placeOf, fileOf } = readPipelineFile(file, project);
  const declared = settleDefaults(
    spec.params,
    (parameter, model) => {
      const path = ["params", parameter, "default", "model"];
      return parseModel(findFile(model, fileOf(path), project, placeOf(path)), options.overrides).data;
    },
    (...path) => placeOf(path),
  );
  const parameters = parameterValues(declared, options.parameters ?? []);
  const locales = localesOf(spec, options.locale);
  const sql = await openSqlReader();
  const stages = new Map<string, OpenStage>();
  const errors: UserError[] = [];
  const collect = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      errors.push(...(error instanceof UserErrors ? error.errors : [error]));
    }
  };
  let index: Edition | undefined;
  try {
    for (const [stageName, stageSpec] of Object.entries(spec.stages)) {
      const place = (...field: string[]) => placeOf(["stages", stageName, ...field]);
      const context: OpenContext = {
        name: stageName,
        project,
        folders: { store: spec.store, reports: spec.reports },
        sql,
        locales,
        parameters: [...parameters.keys()],
        currency: spec.currency,
        timeZone: spec.time_zone,
        place,
        file: (reference, field) =>
          settled(() => findFile(reference, fileOf(["stages", stageName]), project, place(field))),
        overrides: options.overrides,
        fill: (text) => filled(text, parameters),
        glob: (patterns) => globFiles(patterns, project),
      };
      await collect(async () => {
        const stage = await openStage(stageSpec, context);
        stages.set(stageName, { name: stageName, kind: kindOf(stageSpec), spec: stageSpec, stage });
      });
    }
    const { index: notebook, currency, time_zone: timeZone } = spec;
    if (notebook !== undefined) {
      await collect(async () => {
        const found = findFile(notebook, fileOf(["index"]), project, placeOf(["index"]));
        index = await openIndex(found, { project, sql, locales, currency, timeZone }, stages);
      });
    }
  } finally {
    sql.close();
  }
  const place = (...path: string[]) => placeOf(path);
  errors.push(...undeclaredParameters(stages, parameters, place));
  if (spec.index !== undefined && stages.has(indexName)) {
    errors.push(
      new UserError(`the stage ${indexName} and the index would be one file`, {
        place: placeOf(["stages", indexName]),
        hint: "Rename the stage.",
      }),
    );
  }
  if (errors.length > 0) throw new UserErrors(errors);
  const graph = buildGraph(stages, parameters, place);
  refuseLateScores(stages, graph);
  const lostPast = followCurrentOnly(stages, graph);
  return { file: name, project, spec, stages, parameters, graph, lostPast, index, locales, place };
}

function localesOf(spec: PipelineSpec, locale: string | undefined): readonly string[] {
  if (locale === undefined) return spec.locales;
  const found = spec.locales.find((candidate) => candidate === locale);
  if (found) return [found];
  throw new UserError(`--locale ${locale}: expected one of ${spec.locales.join(", ")}`, {
    hint: "Name a language that the pipeline lists under locales.",
  });
}

function undeclaredParameters(
  stages: ReadonlyMap<string, OpenStage>,
  parameters: ReadonlyMap<string, ParameterValue>,
  place: (...path: string[]) => Place,
): UserError[] {
  return [...stages.values()].flatMap(({ name, stage }) =>
    [...stage.parameters]
      .filter((parameter) => !parameters.has(parameter))
      .map(
        (parameter) =>
          new UserError(
            `stage ${name} uses the parameter $${parameter}, which the pipeline does not declare`,
            {
              place: stage.statement?.facts.parameters.get(parameter) ?? place("stages", name),
              hint: `Declare it under params, or use one of: ${[...parameters.keys()].join(", ") || "none yet"}.`,
            },
          ),
      ),
  );
}

/** A pattern with the parameters' values in it, each standing for itself though it may hold `(` or `[`. */
function filled(text: string, parameters: ReadonlyMap<string, ParameterValue>): string {
  return text.replace(/\$(\w+)/g, (whole, name: string) => {
    const value = parameters.get(name);
    return value === undefined ? whole : escapePath(String(value));
  });
}

async function settled<T>(compute: () => T): Promise<T> {
  return Promise.resolve(compute());
}
