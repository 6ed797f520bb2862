import { parentPort, workerData } from "node:worker_threads";
import { predictText } from "./text-prediction.js";
import { modelOf, type TextQuestion, type TextScoringTask } from "./text-scorer.js";

const model = modelOf(workerData as TextScoringTask);
parentPort?.on("message", ({ texts, dense }: TextQuestion) => {
  parentPort?.postMessage(predictText(model, texts, dense));
});
