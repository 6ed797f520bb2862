import { join } from "node:path";
import { UserError } from "../errors.js";
import type { ModelSpec } from "../stages/model-spec.js";
import { readVersion, type ModelVersion } from "../stages/model-version.js";
import { registry } from "../stages/model-version.js";
import { suggest } from "../suggest.js";
import { lockStore } from "../warehouse/lock.js";
import { currentPublication, publish, type Publication } from "../warehouse/publication.js";
import { Store } from "../warehouse/store.js";
import { misfits } from "./champion.js";
import { definitionsOf } from "./definitions.js";
import type { Pipeline } from "./open.js";
import { storeFolder } from "./places.js";
import { standing, type Promotion } from "./promotions.js";
import { listVersions } from "./registry.js";
import { trainingStage } from "./training-stage.js";

/** Which version is the champion now, which was before, and the publication that says so. */
export interface PromotionOutcome {
  model: string;
  champion: string;
  before: string;
  reason: string;
  publication: string;
}

/** What is to be the champion. */
type Choice = Pick<Promotion, "version" | "kind" | "reason">;

interface PromotionOptions {
  clock?: () => Date;
}

/**
 * Makes a trained version the champion, in a publication that differs in nothing else: the next run scores with it.
 *
 * @throws UserError for a version that is unknown, cut off, made to another spec, or the champion already; nothing changes
 */
export function promote(
  pipeline: Pipeline,
  model: string,
  request: { version: string; reason: string },
  options: PromotionOptions = {},
): Promise<PromotionOutcome> {
  return change(pipeline, model, options, (publication) => {
    if (publication.models[model] === request.version) {
      throw new UserError(`${request.version} is the champion of ${model} already`, {
        hint: `List the versions: ancora models list.`,
      });
    }
    return { ...request, kind: "promoted" };
  });
}

/**
 * Makes the champion before this one the champion again.
 *
 * @throws UserError where there was none before, or where it cannot be used any more; nothing changes
 */
export function rollBack(
  pipeline: Pipeline,
  model: string,
  options: PromotionOptions = {},
): Promise<PromotionOutcome> {
  return change(pipeline, model, options, (publication) => {
    const [before, now] = standing(publication.promotions[model] ?? []).slice(-2);
    if (!before || !now) {
      throw new UserError(`${model} had no champion before ${publication.models[model]}`, {
        hint: `Promote another version: ancora models promote ${model} VERSION.`,
      });
    }
    return { version: before.version, kind: "rolled_back", reason: `rolled back from ${now.version}` };
  });
}

async function change(
  pipeline: Pipeline,
  model: string,
  { clock = () => new Date() }: PromotionOptions,
  choose: (publication: Publication) => Choice,
): Promise<PromotionOutcome> {
  const { name: stage, spec } = trainingStage(pipeline, model);
  const store = new Store(storeFolder(pipeline));
  const at = clock();
  const id = promotionId(at);
  await publishedIn(store);
  const lock = await lockStore(store.folder, { runId: id, pid: process.pid, startedAt: at.toISOString() });
  try {
    const publication = await publishedIn(store);
    const before = publication.models[model];
    if (before === undefined) {
      throw new UserError(`the publication ${publication.id} has no champion of ${model}`, {
        hint: "Run the pipeline first: it trains one.",
      });
    }
    const choice = choose(publication);
    await usable(pipeline, { stage, spec, version: choice.version });
    const publishedAt = at.toISOString();
    await publish(store, {
      ...publication,
      id,
      runId: id,
      publishedAt,
      models: { ...publication.models, [model]: choice.version },
      promotions: {
        ...publication.promotions,
        [model]: [...(publication.promotions[model] ?? []), { ...choice, publication: id, publishedAt }],
      },
    });
    return { model, champion: choice.version, before, reason: choice.reason, publication: id };
  } finally {
    await lock.release();
  }
}

/** Sorts by time among the runs. */
function promotionId(at: Date): string {
  return `${at.toISOString().replace(/[-:]|\.\d+/g, "")}-${process.pid}`;
}

async function publishedIn(store: Store): Promise<Publication> {
  const publication = await currentPublication(store);
  if (publication) return publication;
  throw new UserError(`${store.folder}: nothing is published yet`, {
    hint: "Run the pipeline to its end first: ancora run.",
  });
}

/** @throws UserError unless the version is whole and fits the pipeline's spec and statements */
async function usable(
  pipeline: Pipeline,
  { stage, spec, version }: { stage: string; spec: ModelSpec; version: string },
): Promise<ModelVersion> {
  const folder = join(pipeline.project, registry);
  const found = await readVersion(folder, spec.name, version);
  if ("missing" in found) {
    const versions = await listVersions(folder, spec.name);
    throw versions.includes(version)
      ? new UserError(`${spec.name} ${version} cannot be promoted: ${found.missing}`, {
          hint: `Train a new version: ancora train ${spec.name}.`,
        })
      : new UserError(`${spec.name} has no version ${version}`, { hint: suggest(version, versions) });
  }
  const inUse = { asOf: undefined, definitions: await definitionsOf(pipeline, stage) };
  const reasons = misfits(found.version, spec, inUse);
  if (reasons.length === 0) return found.version;
  throw new UserError(`${spec.name} ${version} does not fit the model in use: ${reasons.join("; ")}`, {
    hint: `Train a version that does: ancora train ${spec.name}.`,
  });
}
