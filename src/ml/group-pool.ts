import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { useBackend, type Backend } from "./backend.js";
import { trainGroup, type GroupFit, type GroupTask } from "./group.js";

/** What a worker thread sends: how far its task is, and at the end the trained group. */
export type WorkerReport = { share: number } | { fit: GroupFit };

/** Called with the share of the work that is done, from 0 to 1. */
export type Progress = (share: number) => void;

const builtWorker = new URL("./group.worker.js", import.meta.url);

/**
 * Trains groups side by side, one worker thread per core, and gives the same result for any number of cores. Without the
 * built worker file, on one core, or with the native backend, which brings its own threads, it trains in this thread.
 *
 * @returns the trained groups in the order of the tasks.
 */
export async function trainGroups(
  tasks: readonly GroupTask[],
  onProgress: Progress = () => {},
  worker: URL = builtWorker,
): Promise<GroupFit[]> {
  const backend = await useBackend();
  const threads = Math.min(availableParallelism(), tasks.length);
  const shares = new Float64Array(tasks.length);
  const progressOf = (index: number) => (share: number) => {
    shares[index] = share;
    onProgress(shares.reduce((sum, x) => sum + x, 0) / tasks.length);
  };
  if (threads === 1 || backend.name === "native" || !existsSync(worker)) {
    return tasks.map((task, index) => trainGroup(task, progressOf(index)));
  }
  const fits: GroupFit[] = [];
  const queue = tasks.entries();
  const workers = Array.from({ length: threads }, () => startWorker(worker, backend));
  try {
    await Promise.all(
      workers.map(async (thread) => {
        for (const [index, task] of queue) fits[index] = await runTask(thread, task, progressOf(index));
      }),
    );
  } finally {
    await Promise.all(workers.map((thread) => thread.terminate()));
  }
  return fits;
}

function startWorker(file: URL, { name }: Backend): Worker {
  return new Worker(file, { workerData: name });
}

function runTask(worker: Worker, task: GroupTask, onProgress: Progress): Promise<GroupFit> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      worker.removeAllListeners();
      end();
    };
    worker.on("message", (report: WorkerReport) => {
      if ("share" in report) onProgress(report.share);
      else settle(() => resolve(report.fit));
    });
    worker.on("error", (error) => settle(() => reject(error)));
    worker.on("exit", (code) =>
      settle(() => reject(new Error(`a training thread ended early with code ${code}`))),
    );
    worker.postMessage(task);
  });
}
