/**
 * Measures how fast sample worlds are made, in how much memory and in how much temporary disk.
 *
 *     node build.js && node bench/sample.js [--customers 100000,200000] [--months 24] [--format parquet]
 *     node build.js && node bench/sample.js --million
 *
 * Prints one JSON object: a measurement for each size, each in a process of its own, and the ratio of the last peak
 * memory to the first, which stays near one where memory is flat. `--million` adds a world of a million customers
 * (about ten gigabytes are needed in the temporary folder). Transactions a second are the rows of `transactions` over
 * the whole command, which writes the other tables and the truth as well; `rows_per_second` counts all of them.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { clearInterval, setInterval } from "node:timers";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { generateSample } from "../dist/sample/index.js";

const { values } = parseArgs({
  options: {
    customers: { type: "string", default: "100000,200000" },
    months: { type: "string", default: "24" },
    format: { type: "string", default: "parquet" },
    million: { type: "boolean", default: false },
    alone: { type: "boolean", default: false },
  },
});
const months = Number(values.months);
const sizes = [...values.customers.split(","), ...(values.million ? ["1000000"] : [])].map(Number);

if (values.alone) {
  process.stdout.write(JSON.stringify(await measure(sizes[0])));
} else {
  const worlds = [];
  for (const customers of sizes) worlds.push(await measureApart(customers));
  const peaks = worlds.map((world) => world.peak_memory_mb);
  const ratio = Number((peaks[peaks.length - 1] / peaks[0]).toFixed(2));
  process.stdout.write(
    `${JSON.stringify({ months, format: values.format, worlds, peak_memory_ratio: ratio }, null, 2)}\n`,
  );
}

/** In a process of its own, since a process's peak memory never falls. */
async function measureApart(customers) {
  const args = ["--alone", "--customers", customers, "--months", months, "--format", values.format];
  const { stdout } = await promisify(execFile)(process.execPath, [
    fileURLToPath(import.meta.url),
    ...args.map(String),
  ]);
  return JSON.parse(stdout);
}

async function measure(customers) {
  const out = await mkdtemp(join(tmpdir(), "ancora-bench-"));
  let spilled = 0;
  const watch = setInterval(async () => {
    spilled = Math.max(spilled, await bytesBelow(out, "spill"));
  }, 200);
  try {
    const start = performance.now();
    const { rows } = await generateSample({ customers, months, seed: 1, out, format: values.format });
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage();
    const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
    return {
      customers,
      transactions: rows.transactions,
      rows: all,
      seconds: Number(seconds.toFixed(1)),
      cpu_seconds: Number(((user + system) / 1e6).toFixed(1)),
      transactions_per_second: Math.round(rows.transactions / seconds),
      rows_per_second: Math.round(all / seconds),
      peak_memory_mb: Math.round(process.resourceUsage().maxRSS / 1024),
      peak_spill_mb: Math.round(spilled / 1e6),
      written_mb: Math.round((await bytesBelow(out, "")) / 1e6),
    };
  } finally {
    clearInterval(watch);
    await rm(out, { recursive: true });
  }
}

/** Bytes in the files below a folder whose paths contain a word. */
async function bytesBelow(folder, word) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.slice(folder.length).includes(word))
    .map(async (path) => {
      const found = await stat(path).catch(() => undefined);
      return found?.isFile() ? found.size : 0;
    });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
