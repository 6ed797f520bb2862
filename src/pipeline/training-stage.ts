import { UserError } from "../errors.js";
import type { ModelSpec } from "../stages/model-spec.js";
import { suggest } from "../suggest.js";
import type { Pipeline } from "./open.js";

/** The stage that trains a model, and the model's spec. @throws UserError when no stage of the pipeline does */
export function trainingStage(pipeline: Pipeline, model: string): { name: string; spec: ModelSpec } {
  const trainers = [...pipeline.stages.values()].flatMap(({ name, stage }) =>
    stage.trains ? [{ name, spec: stage.trains.spec }] : [],
  );
  const found = trainers.find(({ spec }) => spec.name === model);
  if (found) return found;
  throw new UserError(`no stage of ${pipeline.file} trains a model ${model}`, {
    hint: suggest(
      model,
      trainers.map(({ spec }) => spec.name),
    ),
  });
}
