import { parentPort, workerData } from "node:worker_threads";
import { useBackend, type BackendName } from "./backend.js";
import { trainShare, type EnsembleShare } from "./ensemble.js";
import type { WorkerReport } from "./ensemble-pool.js";

await useBackend(workerData as BackendName);
const report = (message: WorkerReport) => parentPort?.postMessage(message);
parentPort?.on("message", (share: EnsembleShare) => {
  report({ fits: trainShare(share, (progress) => report({ progress })) });
});
