import { fingerprint } from "../fingerprint.js";
import type { Fingerprint } from "../warehouse/store.js";
import type { Pipeline } from "./open.js";

/**
 * For each table that a training stage learns from, a hash of what its rows mean: the files and options of the stages that
 * make it and of all that they read, and the parameters, but neither the data nor a date. How many snapshots there are
 * says how much is learnt, not what, and does not count.
 */
export async function definitionsOf(
  pipeline: Pipeline,
  trainer: string,
): Promise<Record<string, Fingerprint>> {
  const known = new Map<string, Promise<Fingerprint>>();
  const define = (stage: string): Promise<Fingerprint> => {
    const made = known.get(stage) ?? hash(pipeline, stage, define);
    known.set(stage, made);
    return made;
  };
  const definitions: Record<string, Fingerprint> = {};
  const trains = pipeline.stages.get(trainer)?.stage.trains;
  for (const { table } of trains ? [trains.spec.features, trains.spec.label] : []) {
    const maker = pipeline.graph.makers.get(table);
    if (maker !== undefined) definitions[table] = await define(maker);
  }
  return definitions;
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
    .filter((parameter) => saysWhat(pipeline, parameter))
    .map((parameter) => [parameter, pipeline.parameters.get(parameter)]);
  const makers = [...stage.reads.keys()].flatMap((table) => pipeline.graph.makers.get(table) ?? []);
  return fingerprint({
    identity: stage.definition ?? (await stage.identity()),
    parameters,
    reads: await Promise.all([...new Set(makers)].sort().map(define)),
  });
}

function saysWhat({ spec }: Pipeline, parameter: string): boolean {
  const declared = spec.params[parameter];
  if (declared === undefined || declared.type === "date") return false;
  return !(typeof declared.default === "object" && declared.default.field.startsWith("snapshots."));
}
