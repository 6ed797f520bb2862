import { currentPublication } from "../warehouse/publication.js";
import { Store } from "../warehouse/store.js";
import { difference } from "./fingerprints.js";
import type { Pipeline } from "./open.js";
import { storeFolder } from "./places.js";
import { Settlement } from "./settle.js";
import type { KindName } from "./spec.js";

export interface PlannedStage {
  name: string;
  kind: KindName;
  needs: string[];
  willRun: boolean;
  /** One line on why it would run or not. */
  reason: string;
}

/** What a run would do now, stage by stage in its order, without doing it. */
export async function planPipeline(pipeline: Pipeline): Promise<PlannedStage[]> {
  const store = new Store(storeFolder(pipeline));
  const published = await currentPublication(store);
  const settlement = new Settlement(pipeline, store, published);
  const planned: PlannedStage[] = [];
  for (const name of pipeline.graph.order) {
    const opened = pipeline.stages.get(name);
    if (!opened) continue;
    const needs = [...(pipeline.graph.needs.get(name) ?? [])];
    const settled = await settlement.settle(opened);
    const before = published?.stages[name];
    const earlier = before === undefined ? undefined : await settlement.recordOf(name, before);
    const running = planned
      .filter((other) => other.willRun && needs.includes(other.name))
      .map((other) => other.name);
    planned.push({
      name,
      kind: opened.kind,
      needs,
      willRun: settled?.record === undefined,
      reason: settled?.isKept
        ? `the champion ${settled.record?.model?.version} stands`
        : settled?.record
          ? "up to date"
          : settled
            ? difference(settled.ingredients, earlier?.ingredients)
            : `after ${running.join(", ") || "its inputs"}`,
    });
  }
  return planned;
}
