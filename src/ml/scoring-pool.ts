import { useBackend } from "./backend.js";
import type { EmbeddingTable } from "./embedding-table.js";
import type { Inputs } from "./encoders.js";
import type { Layout } from "./network.js";
import { ThreadPool } from "./thread-pool.js";

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

/** Worker threads that score rows with one network. */
export class ScoringPool extends ThreadPool<Inputs, Float32Array> {
  constructor(task: ScoringTask, { worker = builtWorker, threads }: { worker?: URL; threads?: number } = {}) {
    super(task, worker, threads);
  }

  /** Whether threads are of use here: not with the native backend, which brings its own. */
  async isOfUse(): Promise<boolean> {
    const { name } = await useBackend();
    return this.isPossible && name === "wasm";
  }
}
