import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** Asks one thread; to be called again only when it has answered. */
export type Ask<Question, Answer> = (question: Question) => Promise<Answer>;

/** How long threads wait for more work before they end. */
const idleMilliseconds = 2000;

/**
 * Worker threads, one per core, that answer questions about one task; both are plain data or shared memory. They start
 * when they are first used and hold no process open while they are idle.
 */
export class ThreadPool<Question, Answer> {
  readonly #task: unknown;
  readonly #worker: URL;
  readonly #threads: number;
  #workers: Worker[] = [];
  #turn: Promise<void> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  /** @param worker the script that each thread runs, with the task as its `workerData` */
  constructor(task: unknown, worker: URL, threads = availableParallelism()) {
    this.#task = task;
    this.#worker = worker;
    this.#threads = threads;
  }

  /** Whether there is more than one core, and the built worker file. */
  get isPossible(): boolean {
    return this.#threads > 1 && existsSync(this.#worker);
  }

  /**
   * Runs `work`, once earlier work is done, with one function per thread. Threads end where it fails, or one of them does.
   */
  use(work: (threads: Ask<Question, Answer>[]) => Promise<void>): Promise<void> {
    const turn = this.#turn.then(() => this.#run(work));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #run(work: (threads: Ask<Question, Answer>[]) => Promise<void>): Promise<void> {
    clearTimeout(this.#idle);
    if (this.#workers.length === 0) this.#workers = this.#start();
    for (const worker of this.#workers) worker.ref();
    try {
      await work(this.#workers.map((worker) => (question) => ask<Answer>(worker, question)));
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

function ask<Answer>(worker: Worker, question: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      worker.off("message", receive).off("error", fail).off("exit", exit);
      end();
    };
    const receive = (answer: Answer) => settle(() => resolve(answer));
    const fail = (error: Error) => settle(() => reject(error));
    const exit = (code: number) => fail(new Error(`a scoring thread ended early with code ${code}`));
    worker.on("message", receive).on("error", fail).on("exit", exit);
    worker.postMessage(question);
  });
}
