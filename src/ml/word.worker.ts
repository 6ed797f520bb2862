import { parentPort, workerData } from "node:worker_threads";
import { classifiersOf, likelyLabels, type WordQuestion, type WordScoringTask } from "./word-scorer.js";

const task = workerData as WordScoringTask;
const classifiers = classifiersOf(task);
parentPort?.on("message", (question: WordQuestion) => {
  parentPort?.postMessage(likelyLabels(classifiers, task.leastProbability, question));
});
