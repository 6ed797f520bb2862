import { join } from "node:path";
import type { ComparedVersions } from "../stages/model-tables.js";
import { readVersion, type AboutVersion } from "../stages/model-version.js";
import { registry } from "../stages/model-version.js";
import { currentPublication } from "../warehouse/publication.js";
import { Store } from "../warehouse/store.js";
import type { Pipeline } from "./open.js";
import { storeFolder } from "./places.js";
import { runStage, type RunOptions } from "./run.js";
import { trainingStage } from "./training-stage.js";

/** What training a challenger gave. */
export interface TrainingOutcome {
  model: string;
  /** Undefined where there is no model to be had from the label; `reason` says why. */
  challenger: AboutVersion | undefined;
  champion: string | undefined;
  comparison: ComparedVersions | undefined;
  reason: string | undefined;
}

/**
 * Trains a version of a model into the registry, and compares it with the champion. Makes only the stages that this needs;
 * publishes and promotes nothing.
 *
 * @throws UserError for an unknown model, or with the exit code of the stage that failed
 */
export async function trainChallenger(
  pipeline: Pipeline,
  model: string,
  options: RunOptions = {},
): Promise<TrainingOutcome> {
  const { name } = trainingStage(pipeline, model);
  const record = await runStage(challenging(pipeline, name), name, options);
  const published = await currentPublication(new Store(storeFolder(pipeline)));
  const comparison = record.model?.comparison;
  const version = comparison?.challenger ?? record.model?.version;
  const found = version
    ? await readVersion(join(pipeline.project, registry), model, version)
    : { missing: record.model?.reason ?? "" };
  return {
    model,
    challenger: "version" in found ? found.version.about : undefined,
    champion: published?.models[model],
    comparison,
    reason: record.model?.reason,
  };
}

/** The pipeline with a stage that trains a challenger though there is a champion. */
function challenging(pipeline: Pipeline, name: string): Pipeline {
  const opened = pipeline.stages.get(name);
  if (!opened?.stage.trains) throw new Error(`stage ${name} trains nothing`);
  const trains = { ...opened.stage.trains, challenger: true };
  const stages = new Map(pipeline.stages).set(name, { ...opened, stage: { ...opened.stage, trains } });
  return { ...pipeline, stages };
}
