/**
 * Measures training and scoring on a made table of 100,000 rows by 60 features: 45 numbers, some skewed and some whole, and 15
 * columns of 2 to 40 categories.
 *
 *     node build.js && node bench/wide-table.js [--rows 100000] [--scored 1000000] [--backend auto]
 *
 * Prints one JSON object. Scoring goes on in batches of 100,000 rows, as a score stage does; `memory_mb` is the process's
 * memory after the first batch and after the last, and at its peak.
 */
import { performance } from "node:perf_hooks";
import process from "node:process";
import { parseArgs } from "node:util";
import { useBackend } from "../dist/ml/backend.js";
import { networkSpec } from "../dist/ml/spec.js";
import { predictTabular, trainTabular } from "../dist/ml/tabular.js";
import { Random } from "../dist/stats/random.js";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "100000" },
    scored: { type: "string", default: "1000000" },
    backend: { type: "string", default: "auto" },
  },
});
const megabytes = (bytes) => Math.round(bytes / 1024 / 1024);

const { name: backend } = await useBackend(options.backend);
const rows = Number(options.rows);
const { frame, labels } = wideTable(rows);
const training = await timed(() => trainTabular(frame, labels, { spec: networkSpec.parse({}), seed: 1 }));
const { model, epochs } = training.result;

const scoring = { seconds: 0, cpu_seconds: 0, rows: 0 };
const memory = [];
while (scoring.rows < Number(options.scored)) {
  const { result, seconds, cpu_seconds } = await timed(() => predictTabular(model, frame));
  scoring.seconds += seconds;
  scoring.cpu_seconds += cpu_seconds;
  scoring.rows += result.length;
  memory.push(megabytes(process.memoryUsage().rss));
}
const report = {
  backend,
  rows,
  features: frame.columns.length,
  inputs: model.inputs,
  fit_seconds: training.seconds,
  fit_cpu_seconds: training.cpu_seconds,
  epochs,
  score_rows_per_second: scoring.rows / scoring.seconds,
  score_rows_per_cpu_second: scoring.rows / scoring.cpu_seconds,
  memory_mb: {
    first_batch: memory[0],
    last_batch: memory.at(-1),
    peak: Math.round(process.resourceUsage().maxRSS / 1024),
  },
};
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

async function timed(work) {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (performance.now() - started) / 1000, cpu_seconds: (user + system) / 1e6 };
}

function wideTable(n) {
  const random = new Random("wide table");
  const shapes = [(z) => Math.exp(z), (z) => Math.max(0, Math.round(3 * z)), (z) => z];
  const numbers = Array.from({ length: 45 }, (_, j) => ({
    name: `number_${j}`,
    kind: "number",
    values: Float64Array.from({ length: n }, () => shapes[j % 3](random.normal())),
  }));
  const categories = Array.from({ length: 15 }, (_, j) => ({
    name: `category_${j}`,
    kind: "category",
    values: Array.from({ length: n }, () => `level ${random.integer([2, 3, 5, 12, 40][j % 5])}`),
  }));
  const value = (j, i) => numbers[j].values[i];
  const labels = Uint8Array.from({ length: n }, (_, i) => {
    const logOdds =
      0.6 * Math.sin(2 * value(0, i)) +
      0.3 * value(2, i) * value(5, i) +
      0.3 * value(4, i) +
      (categories[1].values[i] === "level 1" ? 0.8 : 0) -
      1.2;
    return random.uniform() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  });
  return { frame: { n, columns: [...numbers, ...categories] }, labels };
}
