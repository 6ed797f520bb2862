/**
 * Measures the tabular network on the churn tables of a folder, on the folds given there, beside other programs' models.
 *
 *     node build.js && node bench/models.js [--data ../shared/data] [--peers ../shared/peers/churn.py] [--python python3] [--seed 1]
 *
 * Prints one JSON object. Peers are left out, and it says so, where Python or their packages are absent.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { useBackend } from "../dist/ml/backend.js";
import { crossValidate } from "../dist/ml/cross-validation.js";
import { dropColumns, frameFromColumns } from "../dist/ml/frame.js";
import { networkSpec } from "../dist/ml/spec.js";

const tables = [
  { name: "telco_churn", label: "Churn", positive: "Yes", key: "customerID" },
  { name: "bank_exit", label: "Exited", positive: "1", key: "CustomerId" },
];

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data" },
    peers: { type: "string", default: "../shared/peers/churn.py" },
    python: { type: "string", default: "python3" },
    seed: { type: "string", default: "1" },
  },
});

const backend = await useBackend();
const results = {};
for (const table of tables) {
  results[table.name] = { network: await measure(table), peers: measurePeers(table) };
}
const report = { backend, cores: availableParallelism(), seed: options.seed, tables: results };
const withoutRows = (key, value) => (key === "predictions" ? undefined : value);
process.stdout.write(`${JSON.stringify(report, withoutRows, 2)}\n`);

/** @param {{ name: string, label: string, positive: string, key: string }} table */
async function measure({ name, label, positive, key }) {
  const columns = readCsv(join(options.data, `${name}.csv`));
  const labels = Uint8Array.from(columns[label], (value) => (value === positive ? 1 : 0));
  const frame = dropColumns(frameFromColumns(columns), [label, key, "fold"]);
  const folds = columns.fold.map(Number);
  const spec = networkSpec.parse({});
  const result = await crossValidate(frame, labels, folds, {
    spec,
    seed: options.seed,
  });
  return { ...result, peak_memory_mb: Math.round(process.resourceUsage().maxRSS / 1024) };
}

/** @param {{ name: string, label: string, positive: string, key: string }} table */
function measurePeers({ name, label, positive, key }) {
  const file = join(options.data, `${name}.csv`);
  const args = [options.peers, file, "--label", `${label}=${positive}`, "--drop", key];
  try {
    return JSON.parse(
      execFileSync(options.python, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
  } catch (error) {
    return `left out: ${options.python} ${args.join(" ")} did not run (${error.message.split("\n")[0]})`;
  }
}

/**
 * The columns of a CSV file without quoted fields, as the two tables are.
 * @param {string} file
 * @returns {Record<string, string[]>}
 */
function readCsv(file) {
  const [header, ...rows] = readFileSync(file, "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return Object.fromEntries(header.map((name, j) => [name, rows.map((row) => row[j])]));
}
