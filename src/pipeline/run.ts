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
import { codeHash, difference } from "./fingerprints.js";
import type { Graph } from "./graph.js";
import type { RunManifest } from "./manifest.js";
import { RunLog, type RunObserver } from "./run-log.js";
import { defaultMemoryLimit, watchMemory } from "./memory.js";
import { sendMails } from "./mails.js";
import type { OpenStage, Pipeline } from "./open.js";
import { deliveries, storeFolder } from "./places.js";
import { composePublication, goneInputs } from "./publish.js";
import { sweepVersions } from "./registry.js";
import type { KindName } from "./spec.js";
import { Settlement, type StageRecord } from "./settle.js";
import { Workspace } from "./workspace.js";

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
  return logged(pipeline, options, async (run, log, clock) => {
    const publication = await run.execute(clock);
    log.manifest.publication = publication.id;
    await run.mail(publication, clock());
    return { manifest: log.manifest, publication };
  });
}

/**
 * Makes one stage and all that it needs, and publishes nothing.
 *
 * @throws UserError with the exit code of what went wrong
 */
export async function runStage(
  pipeline: Pipeline,
  stage: string,
  options: RunOptions = {},
): Promise<StageRecord> {
  return logged(pipeline, options, (run) => run.make(stage));
}

/** Holds the store's lock while `work` goes on, and keeps the run's manifest. */
async function logged<T>(
  pipeline: Pipeline,
  options: RunOptions,
  work: (run: Run, log: RunLog, clock: () => Date) => Promise<T>,
): Promise<T> {
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
  const run = { id, startedAt: started, engine: `duckdb ${duckDbVersion}` };
  const log = new RunLog(pipeline, store.folder, run, options.observer ?? {});
  const { manifest } = log;
  try {
    await store.prepare();
    await sweepVersions(pipeline);
    await log.write();
    const result = await work(new Run(pipeline, store, log, options.memoryLimit), log, clock);
    manifest.status = "done";
    return result;
  } catch (error) {
    manifest.status = "failed";
    manifest.error = error instanceof UserError ? error.describe() : String(error);
    throw error;
  } finally {
    manifest.ended_at = clock().toISOString();
    await log.write().catch(() => undefined);
    await lock.release();
  }
}

/** A stage and all that it needs, in the order in which they run. */
export function neededFor(stage: string, { order, needs }: Graph): string[] {
  const needed = new Set([stage]);
  for (const name of needed) for (const other of needs.get(name) ?? []) needed.add(other);
  return order.filter((name) => needed.has(name));
}

/** `20261031T230000Z-4242`: sorts by time, and tells two runs of one second apart by their process. */
function runId(started: Date): string {
  return `${started.toISOString().replace(/[-:]|\.\d+/g, "")}-${process.pid}`;
}

/** Stages at once: of those that the engine computes, and of those that train, score or draw, whose threads may be waited for. */
const atOnce = { engine: 2, javascript: 2 };
const javascriptKinds = new Set<KindName>(["train", "score", "classify", "estimate", "report"]);

class Run {
  readonly #pipeline: Pipeline;
  readonly #store: Store;
  readonly #log: RunLog;
  readonly #memoryLimit: string;
  readonly #memory = watchMemory();
  readonly #engineQueue = new PQueue({ concurrency: atOnce.engine });
  readonly #javascriptQueue = new PQueue({ concurrency: atOnce.javascript });
  #failure: Error | undefined;

  constructor(pipeline: Pipeline, store: Store, log: RunLog, memoryLimit = defaultMemoryLimit()) {
    this.#pipeline = pipeline;
    this.#store = store;
    this.#log = log;
    this.#memoryLimit = memoryLimit;
  }

  /** Makes every stage and publishes what they made. */
  execute(clock: () => Date): Promise<Publication> {
    const { graph, spec } = this.#pipeline;
    return this.#make(graph.order, async (settlement, workspace, published) => {
      const publication = await composePublication(this.#pipeline, this.#store, settlement, published, {
        runId: this.#log.manifest.id,
        publishedAt: clock().toISOString(),
        workspace,
        manifest: this.#log.manifest,
      });
      for (const notice of goneInputs(published, publication)) this.#log.notice(notice);
      if (publication === published) await repairWarehouse(this.#store, publication);
      else await publish(this.#store, publication);
      await deliver(deliveries(this.#pipeline, this.#store, publication));
      await collectGarbage(this.#store, spec.keep_publications);
      return publication;
    });
  }

  /** Sends the messages of what was published. */
  async mail(publication: Publication, now: Date): Promise<void> {
    if (publication.mails.length === 0) return;
    const { smtpSettings } = await import("../reports/index.js");
    const notices = await sendMails(this.#store, publication, { smtp: smtpSettings(), now });
    for (const notice of notices) this.#log.notice(notice);
  }

  /** Makes one stage and all that it needs. */
  make(stage: string): Promise<StageRecord> {
    return this.#make(neededFor(stage, this.#pipeline.graph), (settlement) => {
      const record = settlement.settled.get(stage)?.record;
      if (!record) throw new Error(`stage ${stage} left no result`);
      return Promise.resolve(record);
    });
  }

  async #make<T>(
    stages: readonly string[],
    then: (settlement: Settlement, workspace: Workspace, published: Publication | undefined) => Promise<T>,
  ): Promise<T> {
    const published = await currentPublication(this.#store);
    const settlement = new Settlement(this.#pipeline, this.#store, published);
    const workspace = new Workspace(this.#pipeline, this.#store, settlement, this.#memoryLimit);
    try {
      await this.#runStages(settlement, workspace, published, stages);
      return await then(settlement, workspace, published);
    } finally {
      this.#memory.stop();
      await workspace.close();
    }
  }

  async #runStages(
    settlement: Settlement,
    workspace: Workspace,
    published: Publication | undefined,
    order: readonly string[],
  ): Promise<void> {
    const finished = new Map<string, Promise<boolean>>();
    for (const name of order) {
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
    if (this.#failure) throw this.#failure;
  }

  #skip(opened: OpenStage): boolean {
    this.#log.ended(opened, "skipped", "an earlier stage failed");
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
      if (isKept) this.#log.ended(opened, "kept", "the champion stands", settled.record);
      else this.#log.ended(opened, "reused", "up to date", settled.record);
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
      this.#log.started(opened.name);
      this.#memory.reset();
      const start = performance.now();
      const session = await (opened.kind === "load"
        ? workspace.connectIntake()
        : workspace.connect(opened.stage.reads.keys()));
      try {
        const model = this.#modelFor(opened, settlement);
        const learnt = opened.stage.features?.table;
        const result = await opened.stage.run({
          name: opened.name,
          fingerprint: settled.fingerprint,
          code: codeHash(opened.kind),
          store: this.#store,
          session,
          parameters: settled.ingredients.parameters,
          engine: this.#log.manifest.engine,
          project: this.#pipeline.project,
          lostPast: this.#pipeline.lostPast.get(learnt ?? "") ?? new Map(),
          ...(learnt === undefined ? {} : { replay: (asOf) => workspace.replay(learnt, asOf) }),
          ...(model ? { model } : {}),
          ...(settled.training ? { training: settled.training } : {}),
          progress: (message) => this.#log.progress(opened.name, message),
        });
        const record = await this.#remember(opened, settled, result, (performance.now() - start) / 1000);
        settlement.finish(opened.name, record);
        this.#log.ended(opened, "made", reason, record);
      } catch (error) {
        this.#log.ended(opened, "failed", reason);
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
      seconds: Math.round(seconds * 1000) / 1000,
      peakMemory: this.#memory.peak(),
    });
  }

  #modelFor({ stage }: OpenStage, settlement: Settlement): TrainedModel | undefined {
    if (stage.applies === undefined) return undefined;
    const trainer = [...this.#pipeline.stages.values()].find(
      (other) => other.stage.trains?.file === stage.applies,
    );
    return trainer && settlement.settled.get(trainer.name)?.record?.model;
  }
}

function inWords(error: unknown, { name }: OpenStage, store: Store): UserError {
  if (error instanceof UserError) return error;
  if (isOutOfSpace(error)) return diskFull(store.folder, error);
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith("Out of Memory Error")) {
    return new UserError(`stage ${name} does not fit in the engine's memory limit`, {
      exitCode: exitCodes.stageFailed,
      hint: "Raise it with --memory, for example --memory 2GB; what is finished is kept.",
      cause: error,
    });
  }
  return new UserError(`stage ${name} failed: ${message}`, {
    exitCode: exitCodes.stageFailed,
    hint: "Run again with --verbose to see where in the program; what is finished is kept.",
    cause: error,
  });
}
