import { parentPort, workerData } from "node:worker_threads";
import { useBackend, type BackendName } from "./backend.js";
import { trainGroup, type GroupTask } from "./group.js";
import type { WorkerReport } from "./group-pool.js";

await useBackend(workerData as BackendName);
const report = (message: WorkerReport) => parentPort?.postMessage(message);
parentPort?.on("message", (task: GroupTask) => {
  report({ fit: trainGroup(task, (share) => report({ share })) });
});
