import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { useBackend } from "./backend.js";
import { sharesOf, trainShare, type EnsembleShare, type EnsembleTask, type GroupFit } from "./ensemble.js";

/** What a worker thread sends: how far its share is, and at the end the trained groups. */
export type WorkerReport = { progress: number } | { fits: GroupFit[] };

/** Called with the share of the work that is done, from 0 to 1. */
export type Progress = (share: number) => void;

const builtWorker = new URL("./ensemble.worker.js", import.meta.url);

/**
 * Trains ensembles in worker threads, one per core: ensembles side by side where there are as many as threads, else the
 * groups of each. The result does not depend on the number of threads. Without the built worker file, on one core, or with
 * the native backend, which brings its own threads, all is done in this thread.
 *
 * @returns each ensemble's groups, in order.
 */
export async function trainEnsembles(
  tasks: readonly EnsembleTask[],
  onProgress: Progress = () => {},
  { worker = builtWorker, threads = availableParallelism() } = {},
): Promise<GroupFit[][]> {
  const { name } = await useBackend();
  const progress = meanProgress(tasks.length, onProgress);
  if (threads === 1 || name === "native" || !existsSync(worker)) {
    return tasks.map((task, index) =>
      sharesOf(task, 1).flatMap((share) => trainShare(share, progress(index))),
    );
  }
  const parties = tasks.length >= threads ? 1 : threads;
  const workers = Array.from({ length: threads }, () => new Worker(worker, { workerData: name }));
  const teams = parties === 1 ? workers.map((one) => [one]) : [workers];
  const ensembles: GroupFit[][] = [];
  const queue = tasks.entries();
  try {
    await Promise.all(
      teams.map(async (team) => {
        for (const [index, task] of queue) ensembles[index] = await trainByTeam(team, task, progress(index));
      }),
    );
  } finally {
    await Promise.all(workers.map((one) => one.terminate()));
  }
  return ensembles;
}

async function trainByTeam(team: Worker[], task: EnsembleTask, onProgress: Progress): Promise<GroupFit[]> {
  const progress = meanProgress(team.length, onProgress);
  const shares = sharesOf(task, team.length);
  const fits = await Promise.all(
    shares.map((share, party) => runShare(team[party]!, share, progress(party))),
  );
  return fits.flat().sort((a, b) => a.group - b.group);
}

function runShare(worker: Worker, share: EnsembleShare, onProgress: Progress): Promise<GroupFit[]> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      worker.off("message", receive).off("error", fail).off("exit", exit);
      end();
    };
    const receive = (report: WorkerReport) => {
      if ("progress" in report) onProgress(report.progress);
      else settle(() => resolve(report.fits));
    };
    const fail = (error: Error) => settle(() => reject(error));
    const exit = (code: number) => fail(new Error(`a training thread ended early with code ${code}`));
    worker.on("message", receive).on("error", fail).on("exit", exit);
    worker.postMessage(share);
  });
}

/** One progress function for each of several parts of the work, which report their mean. */
function meanProgress(parts: number, onProgress: Progress): (part: number) => Progress {
  const shares = new Float64Array(parts);
  return (part) => (share) => {
    shares[part] = share;
    onProgress(shares.reduce((sum, x) => sum + x, 0) / parts);
  };
}
