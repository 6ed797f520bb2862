import PQueue from "p-queue";
import { exitCodes, UserError } from "../errors.js";
import type { StageResult, TrainedModel } from "../stages/stage.js";
import { duckDbVersion } from "../warehouse/duckdb.js";
import { lockStore } from "../warehouse/lock.js";
import {
  collectGarbage,
  currentPublication,
  deliver,
  publish,
  repairWarehouse,
  type Publication,
} from "../warehouse/publication.js";
import { isOutOfSpace, diskFull } from "../warehouse/sql-error.js";
import { Store } from "../warehouse/store.js";
import { makeFolder } from "../warehouse/durable.js";
import { definitionOf } from "./definitions.js";
import { codeHash, difference } from "./fingerprints.js";
import { writeManifest, type RunManifest, type StageManifest } from "./manifest.js";
import { defaultMemoryLimit, watchMemory } from "./memory.js";
import type { OpenStage, Pipeline } from "./open.js";
import { deliveries, storeFolder } from "./places.js";
import { composePublication, goneInputs } from "./publish.js";
import { Settlement, type StageRecord } from "./settle.js";
import { Workspace } from "./workspace.js";

/** What happens while a pipeline runs. */
export interface RunObserver {
  stageStarted?(name: string): void;
  stageProgress?(name: string, message: string): void;
  stageEnded?(stage: StageManifest): void;
  notice?(message: string): void;
}

export interface RunOptions {
  /** The engine's memory limit, e.g. `2GB`. */
  memoryLimit?: string | undefined;
  observer?: RunObserver;
  /** The time of day: of the run's name and manifest only, never of a result. */
  clock?: () => Date;
}

export interface RunOutcome {
  manifest: RunManifest;
  publication: Publication;
}

/**
 * Runs a pipeline and publishes its results when every stage and check has passed.
 *
 * @throws UserError with the exit code of what went wrong; what was published before then still stands
 */
export async function runPipeline(pipeline: Pipeline, options: RunOptions = {}): Promise<RunOutcome> {
  const clock = options.clock ?? (() => new Date());
  const started = clock();
  const store = new Store(storeFolder(pipeline));
  await makeFolder(store.folder);
  const id = runId(started);
  const lock = await lockStore(store.folder, {
    runId: id,
    pid: process.pid,
    startedAt: started.toISOString(),
  });
  const manifest: RunManifest = {
    id,
    pipeline: pipeline.spec.name,
    status: "running",
    pid: process.pid,
    started_at: started.toISOString(),
    parameters: {},
    engine: `duckdb ${duckDbVersion}`,
    inputs: [],
    stages: [],
    checks: [],
    models: {},
  };
  try {
    await store.prepare();
    await writeManifest(store.folder, manifest);
    const publication = await new Run(pipeline, store, manifest, options).execute(clock);
    manifest.status = "done";
    manifest.publication = publication.id;
    return { manifest, publication };
  } catch (error) {
    manifest.status = "failed";
    manifest.error = error instanceof UserError ? error.describe() : String(error);
    throw error;
  } finally {
    manifest.ended_at = clock().toISOString();
    await writeManifest(store.folder, manifest).catch(() => undefined);
    await lock.release();
  }
}

/** `20261031T230000Z-4242`: sorts by time, and tells two runs of one second apart by their process. */
function runId(started: Date): string {
  return `${started.toISOString().replace(/[-:]|\.\d+/g, "")}-${process.pid}`;
}

/** Stages that wait for the engine run two at a time; those that compute in JavaScript one at a time, beside them. */
const engineStages = 2;
const javascriptKinds = new Set(["train", "score", "report"]);

class Run {
  readonly #pipeline: Pipeline;
  readonly #store: Store;
  readonly #manifest: RunManifest;
  readonly #observer: RunObserver;
  readonly #memoryLimit: string;
  readonly #memory = watchMemory();
  readonly #engineQueue = new PQueue({ concurrency: engineStages });
  readonly #javascriptQueue = new PQueue({ concurrency: 1 });
  #failure: Error | undefined;

  constructor(pipeline: Pipeline, store: Store, manifest: RunManifest, options: RunOptions) {
    this.#pipeline = pipeline;
    this.#store = store;
    this.#manifest = manifest;
    this.#observer = options.observer ?? {};
    this.#memoryLimit = options.memoryLimit ?? defaultMemoryLimit();
  }

  async execute(clock: () => Date): Promise<Publication> {
    const published = await currentPublication(this.#store);
    const settlement = new Settlement(this.#pipeline, this.#store, published);
    const workspace = new Workspace(this.#pipeline, this.#store, settlement, this.#memoryLimit);
    try {
      await this.#runStages(settlement, workspace, published);
      if (this.#failure) throw this.#failure;
      const publication = await composePublication(this.#pipeline, this.#store, settlement, published, {
        runId: this.#manifest.id,
        publishedAt: clock().toISOString(),
        workspace,
      });
      for (const notice of goneInputs(published, publication)) this.#observer.notice?.(notice);
      if (publication === published) await repairWarehouse(this.#store, publication);
      else await publish(this.#store, publication);
      await deliver(deliveries(this.#pipeline, this.#store, publication));
      await collectGarbage(this.#store, this.#pipeline.spec.keep_publications);
      return publication;
    } finally {
      this.#memory.stop();
      await workspace.close();
    }
  }

  async #runStages(
    settlement: Settlement,
    workspace: Workspace,
    published: Publication | undefined,
  ): Promise<void> {
    const finished = new Map<string, Promise<boolean>>();
    for (const name of this.#pipeline.graph.order) {
      const opened = this.#pipeline.stages.get(name);
      if (!opened) continue;
      const needs = [...(this.#pipeline.graph.needs.get(name) ?? [])].flatMap(
        (needed) => finished.get(needed) ?? [],
      );
      const done = Promise.all(needs).then(async (ready) => {
        if (this.#failure !== undefined || ready.includes(false)) return this.#skip(opened);
        try {
          await this.#settleAndRun(opened, settlement, workspace, published);
          return true;
        } catch (error) {
          this.#failure ??= inWords(error, opened, this.#store);
          return false;
        }
      });
      finished.set(name, done);
    }
    await Promise.all(finished.values());
  }

  #skip(opened: OpenStage): boolean {
    this.#end(opened, "skipped", "an earlier stage failed", undefined);
    return false;
  }

  async #settleAndRun(
    opened: OpenStage,
    settlement: Settlement,
    workspace: Workspace,
    published: Publication | undefined,
  ): Promise<void> {
    const settled = await settlement.settle(opened);
    if (!settled) {
      throw new UserError(`the newest event is not known: no table with events has a row`, {
        exitCode: exitCodes.contractBroken,
        hint: "Load data first, or give the date with --param as_of=YYYY-MM-DD.",
      });
    }
    if (settled.record) {
      const { isKept } = settled;
      this.#end(
        opened,
        isKept ? "kept" : "reused",
        isKept ? "still young enough" : "up to date",
        settled.record,
      );
      return;
    }
    const before = published?.stages[opened.name];
    const earlier = before === undefined ? undefined : await settlement.recordOf(opened.name, before);
    const reason = difference(settled.ingredients, earlier?.ingredients);
    const queue = javascriptKinds.has(opened.kind) ? this.#javascriptQueue : this.#engineQueue;
    await queue.add(async () => {
      if (this.#failure !== undefined) {
        this.#skip(opened);
        return;
      }
      this.#observer.stageStarted?.(opened.name);
      this.#memory.reset();
      const start = performance.now();
      const session = await (opened.kind === "load"
        ? workspace.connectIntake()
        : workspace.connect(opened.stage.reads.keys()));
      try {
        const model = this.#modelFor(opened, settlement);
        const result = await opened.stage.run({
          name: opened.name,
          fingerprint: settled.fingerprint,
          code: codeHash(opened.kind),
          store: this.#store,
          session,
          parameters: settled.ingredients.parameters,
          engine: this.#manifest.engine,
          project: this.#pipeline.project,
          lostPast: this.#pipeline.lostPast.get(opened.stage.features?.table ?? "") ?? new Map(),
          ...(model ? { model } : {}),
          progress: (message) => this.#observer.stageProgress?.(opened.name, message),
        });
        const record = await this.#remember(opened, settled, result, (performance.now() - start) / 1000);
        settlement.finish(opened.name, record);
        this.#end(opened, "made", reason, record);
      } catch (error) {
        this.#end(opened, "failed", reason, undefined);
        throw error;
      } finally {
        session.close();
      }
    });
    if (!settlement.settled.get(opened.name)?.record)
      throw this.#failure ?? new Error(`stage ${opened.name} left no result`);
  }

  async #remember(
    opened: OpenStage,
    settled: { fingerprint: string; ingredients: StageRecord["ingredients"] },
    result: StageResult,
    seconds: number,
  ): Promise<StageRecord> {
    return this.#store.finish<StageRecord>(opened.name, settled.fingerprint, {
      ...result,
      stage: opened.name,
      fingerprint: settled.fingerprint,
      ingredients: settled.ingredients,
      ...(opened.stage.everyDays === undefined
        ? {}
        : { definition: await definitionOf(this.#pipeline, opened.name) }),
      seconds: Math.round(seconds * 1000) / 1000,
      peakMemory: this.#memory.peak(),
    });
  }

  #modelFor({ stage }: OpenStage, settlement: Settlement): TrainedModel | undefined {
    if (stage.applies === undefined) return undefined;
    const trainer = [...this.#pipeline.stages.values()].find((other) => other.stage.trains === stage.applies);
    return trainer && settlement.settled.get(trainer.name)?.record?.model;
  }

  #end(
    opened: OpenStage,
    status: StageManifest["status"],
    reason: string,
    record: StageRecord | undefined,
  ): void {
    const stage: StageManifest = {
      name: opened.name,
      kind: opened.kind,
      status,
      reason,
      summary: record?.summary ?? "",
      seconds: status === "made" ? (record?.seconds ?? 0) : 0,
      rows: record?.tables[opened.name]?.rows ?? 0,
      peak_memory: status === "made" ? (record?.peakMemory ?? 0) : 0,
      fingerprint: record?.fingerprint ?? "",
    };
    this.#manifest.stages.push(stage);
    for (const [name, value] of Object.entries(record?.ingredients.parameters ?? {}))
      this.#manifest.parameters[name] = value;
    for (const input of record?.inputs ?? []) this.#manifest.inputs.push({ table: opened.name, ...input });
    this.#manifest.checks.push(...(record?.checks ?? []));
    if (record?.model) {
      this.#manifest.models[record.model.name] = record.model.version || "refused";
      if (record.model.backend) this.#manifest.backend = record.model.backend;
    }
    this.#observer.stageEnded?.(stage);
    if (status === "made") for (const notice of record?.notices ?? []) this.#observer.notice?.(notice);
  }
}

function inWords(error: unknown, { name }: OpenStage, store: Store): UserError {
  if (error instanceof UserError) return error;
  if (isOutOfSpace(error)) return diskFull(store.folder, error);
  const message = error instanceof Error ? error.message : String(error);
  return new UserError(`stage ${name} failed: ${message}`, {
    exitCode: exitCodes.stageFailed,
    hint: "Run again with --verbose to see where in the program; what is finished is kept.",
    cause: error,
  });
}
