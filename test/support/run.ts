import { openPipeline, type Pipeline } from "../../src/pipeline/open.js";
import { runPipeline, type RunOutcome } from "../../src/pipeline/run.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import type { Engine } from "../../src/warehouse/engine.js";
import { currentPublication, openPublication } from "../../src/warehouse/publication.js";
import { records, type Cell } from "../../src/result.js";
import { Store } from "../../src/warehouse/store.js";
import type { Project } from "./project.js";

export type Row = Record<string, Cell>;

export interface ObservedRun extends RunOutcome {
  notices: string[];
  /** Stage -> made, reused or kept. */
  statuses: Record<string, string>;
  /** Stages that were computed. */
  made: string[];
}

export function open(project: Project, ...parameters: string[]): Promise<Pipeline> {
  return openPipeline(project.pipeline, { parameters });
}

let minutes = 0;

/** A minute later at every call: it tells the runs of one test apart. */
const clock = () => new Date(Date.UTC(2026, 2, 4, 3, minutes++));

/** Runs a project's pipeline inside this process. */
export async function run(project: Project, ...parameters: string[]): Promise<ObservedRun> {
  const notices: string[] = [];
  const outcome = await runPipeline(await open(project, ...parameters), {
    memoryLimit: "500MB",
    clock,
    observer: { notice: (message) => notices.push(message) },
  });
  const { stages } = outcome.manifest;
  return {
    ...outcome,
    notices,
    statuses: Object.fromEntries(stages.map(({ name, status }) => [name, status])),
    made: stages.filter(({ status }) => status === "made").map(({ name }) => name),
  };
}

export function storeOf(project: Project, folder = "data/store"): Store {
  return new Store(project.path(folder));
}

/** What a statement over the published tables returns. */
export async function ask(project: Project, sql: string, folder?: string): Promise<Row[]> {
  const store = storeOf(project, folder);
  const publication = await currentPublication(store);
  if (!publication) throw new Error("nothing is published");
  return query(await openPublication(store, publication), sql);
}

/** What a statement of a plain engine returns, e.g. over files. */
export async function compute(sql: string): Promise<Row[]> {
  return query(await openDuckDb(), sql);
}

/** What a statement returns in an engine, which is closed then. */
export async function query(engine: Engine, sql: string): Promise<Row[]> {
  const session = await engine.connect();
  try {
    return records(await session.query(sql));
  } finally {
    session.close();
    engine.close();
  }
}

/** Every published table's rows as sorted JSON: two publications hold the same when these are equal. */
export async function contents(project: Project): Promise<Record<string, string[]>> {
  const publication = await currentPublication(storeOf(project));
  const tables = [
    ...Object.keys(publication?.tables ?? {}),
    ...Object.keys(publication?.history ?? {}).map((table) => `history.${table}`),
  ];
  const found: Record<string, string[]> = {};
  for (const table of tables.sort()) {
    found[table] = (await ask(project, `select * from ${table}`)).map((row) => JSON.stringify(row)).sort();
  }
  return found;
}
