import { fingerprint } from "../fingerprint.js";
import type { Fingerprint } from "../warehouse/store.js";
import type { Pipeline } from "./open.js";

/**
 * A hash of what a stage means: its files and options and those of all that it reads, and the parameters, but neither the
 * data nor the date. A model whose definition has changed is another model.
 */
export function definitionOf(pipeline: Pipeline, name: string): Promise<Fingerprint> {
  const known = new Map<string, Promise<Fingerprint>>();
  const define = (stage: string): Promise<Fingerprint> => {
    const made = known.get(stage) ?? hash(pipeline, stage, define);
    known.set(stage, made);
    return made;
  };
  return define(name);
}

async function hash(
  pipeline: Pipeline,
  name: string,
  define: (stage: string) => Promise<Fingerprint>,
): Promise<Fingerprint> {
  const opened = pipeline.stages.get(name);
  if (!opened) return "";
  const { stage } = opened;
  const parameters = [...stage.parameters]
    .filter((parameter) => pipeline.spec.params[parameter]?.type !== "date")
    .map((parameter) => [parameter, pipeline.parameters.get(parameter)]);
  const makers = [...stage.reads.keys()].flatMap((table) => pipeline.graph.makers.get(table) ?? []);
  return fingerprint({
    identity: stage.definition ?? (await stage.identity()),
    parameters,
    reads: await Promise.all([...new Set(makers)].sort().map(define)),
  });
}
