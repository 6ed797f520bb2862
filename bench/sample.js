/**
 * Measures how fast a sample world is made, and in how much memory.
 *
 *     node build.js && node bench/sample.js [--customers 100000] [--months 24] [--format parquet]
 *
 * Prints one JSON object. Peak memory is that of the whole process.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { parseArgs } from "node:util";
import { generateSample } from "../dist/sample/index.js";

const { values } = parseArgs({
  options: {
    customers: { type: "string", default: "100000" },
    months: { type: "string", default: "24" },
    format: { type: "string", default: "parquet" },
  },
});
const customers = Number(values.customers);
const months = Number(values.months);
const out = await mkdtemp(join(tmpdir(), "ancora-bench-"));
try {
  const start = performance.now();
  const { rows } = await generateSample({ customers, months, seed: 1, out, format: values.format });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage();
  process.stdout.write(
    JSON.stringify({
      customers,
      months,
      rows,
      seconds: Number(seconds.toFixed(1)),
      cpu_seconds: Number(((user + system) / 1e6).toFixed(1)),
      transactions_per_second: Math.round(rows.transactions / seconds),
      peak_memory_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    }) + "\n",
  );
} finally {
  await rm(out, { recursive: true });
}
