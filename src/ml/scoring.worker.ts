import { parentPort, workerData } from "node:worker_threads";
import { useBackend } from "./backend.js";
import type { Inputs } from "./encoders.js";
import { predictGroups, scoringGroups } from "./group.js";
import type { ScoringTask } from "./scoring-pool.js";

await useBackend("wasm");
const { layout, groups, table } = workerData as ScoringTask;
const scoring = scoringGroups(layout, groups, table);
parentPort?.on("message", (inputs: Inputs) => {
  parentPort?.postMessage(predictGroups(scoring, inputs));
});
