import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { useBackend } from "./backend.js";
import type { EmbeddingTable } from "./embedding-table.js";
import type { Inputs } from "./encoders.js";
import type { Layout } from "./network.js";

/** What threads score with. Plain data and shared memory, so that it can be sent to them. */
export interface ScoringTask {
  layout: Layout;
  /** Each group's parameters. */
  groups: readonly Float32Array[];
  table: EmbeddingTable;
}

/** Mean probability of all members for each of the `n` encoded rows. */
export type Predict = (inputs: Inputs) => Float32Array | Promise<Float32Array>;

const builtWorker = new URL("./scoring.worker.js", import.meta.url);
/** How long threads wait for more rows before they end. */
const idleMilliseconds = 2000;

/** Worker threads, one per core, that score rows with one network. They hold no process open while they are idle. */
export class ScoringPool {
  readonly #task: ScoringTask;
  readonly #worker: URL;
  readonly #threads: number;
  #workers: Worker[] = [];
  #turn: Promise<void> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(task: ScoringTask, { worker = builtWorker, threads = availableParallelism() } = {}) {
    this.#task = task;
    this.#worker = worker;
    this.#threads = threads;
  }

  /**
   * Whether threads are of use here: not without the built worker file, on one core, or with the native backend, which
   * brings its own.
   */
  async isOfUse(): Promise<boolean> {
    const { name } = await useBackend();
    return this.#threads > 1 && name === "wasm" && existsSync(this.#worker);
  }

  /**
   * Runs `work`, once earlier work is done, with one function per thread, each to be called again only when it has answered.
   */
  use(work: (threads: Predict[]) => Promise<void>): Promise<void> {
    const turn = this.#turn.then(() => this.#run(work));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #run(work: (threads: Predict[]) => Promise<void>): Promise<void> {
    clearTimeout(this.#idle);
    if (this.#workers.length === 0) this.#workers = this.#start();
    for (const worker of this.#workers) worker.ref();
    try {
      await work(this.#workers.map((worker) => (inputs) => ask(worker, inputs)));
    } catch (error) {
      this.#end();
      throw error;
    }
    for (const worker of this.#workers) worker.unref();
    this.#idle = setTimeout(() => this.#end(), idleMilliseconds).unref();
  }

  #start(): Worker[] {
    return Array.from({ length: this.#threads }, () => new Worker(this.#worker, { workerData: this.#task }));
  }

  #end(): void {
    for (const worker of this.#workers) void worker.terminate();
    this.#workers = [];
  }
}

function ask(worker: Worker, inputs: Inputs): Promise<Float32Array> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      worker.off("message", receive).off("error", fail).off("exit", exit);
      end();
    };
    const receive = (probabilities: Float32Array) => settle(() => resolve(probabilities));
    const fail = (error: Error) => settle(() => reject(error));
    const exit = (code: number) => fail(new Error(`a scoring thread ended early with code ${code}`));
    worker.on("message", receive).on("error", fail).on("exit", exit);
    worker.postMessage(inputs);
  });
}
