/**
 * Measures how long the marts and analyses of the nightly pipeline take on a large world: the pipeline runs once, then what
 * `pipelines/sql/marts` and `pipelines/analyses` have made is deleted and made again, and that is timed.
 *
 *     node build.js && node bench/marts.js [--customers 1000000] [--memory 8GB] [--keep DIR]
 *
 * The world has 24 months; each purchase is repeated twice as one of some days before, every fourth three times, so that there
 * are about twenty transactions a customer. Prints one JSON object: seconds and peak memory of the marts alone, and the
 * seconds of each. A million customers take an hour and a half and about ten gigabytes of disk. `--keep` leaves the copy of the
 * project with its store in DIR, and uses the world and the store that an earlier measurement has left there. Linux only.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { parse } from "yaml";
import { freshCopy, measure } from "./checkout.js";

const { values } = parseArgs({
  options: {
    customers: { type: "string", default: "1000000" },
    memory: { type: "string", default: "8GB" },
    keep: { type: "string" },
  },
});

const folder = projectFolder(values.keep);
try {
  await makeWorld(join(folder, "world"));
  const run = ["bin/ancora.js", "run", "--param", "data=world", "--memory", values.memory];
  const nightly = await measure(process.execPath, run, folder);
  const marts = stagesOf(["pipelines/sql/marts/", "pipelines/analyses/"]);
  for (const table of readdirSync(join(folder, "data/store/tables"))) {
    if (marts.some((stage) => table === stage || table.startsWith(`${stage}_`)))
      rmSync(join(folder, "data/store/tables", table), { recursive: true });
  }
  const load = loadavg()[0];
  const again = await measure(process.execPath, run, folder);
  const made = newestRun().stages.filter(({ name, status }) => marts.includes(name) && status === "made");
  const result = {
    cores: availableParallelism(),
    load_before: Math.round(load * 100) / 100,
    ...(await counts()),
    nightly,
    marts: again,
    stages: Object.fromEntries(
      made.sort((a, b) => b.seconds - a.seconds).map(({ name, seconds }) => [name, seconds]),
    ),
    allowed: { seconds: 240 },
    is_within: again.seconds <= 240,
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

function projectFolder(kept) {
  if (kept !== undefined && existsSync(kept)) return resolve(kept);
  const copy = freshCopy({ withProgram: true });
  if (kept === undefined) return copy;
  mkdirSync(dirname(resolve(kept)), { recursive: true });
  renameSync(copy, resolve(kept));
  return resolve(kept);
}

/** Writes the sample world, and each purchase two or three times more as purchases of earlier days. */
async function makeWorld(out) {
  if (existsSync(out)) return;
  const size = ["--customers", values.customers, "--months", "24", "--seed", "1", "--format", "parquet"];
  await measure(process.execPath, ["bin/ancora.js", "sample", ...size, "--out", out], folder);
  const connection = await (await DuckDBInstance.create()).connect();
  for (const [name, days, share] of [
    ["again", 2, 1],
    ["once_more", 5, 1],
    ["yet_again", 9, 0.25],
  ]) {
    await connection.run(
      `copy (
        select * replace (
          transaction_id || '-${name}' as transaction_id,
          order_id || '-${name}' as order_id,
          occurred_at - interval ${days} days as occurred_at
        )
        from '${out}/transactions*.parquet'
        where kind = 'purchase' and transaction_id not like '%-%' and hash(order_id) % 4 < ${4 * share}
      ) to '${out}/transactions_${name}.parquet'`,
    );
  }
  connection.closeSync();
}

/** Names of the stages of the nightly pipeline whose file is in one of the folders. */
function stagesOf(folders) {
  const { stages } = parse(readFileSync(join(folder, "pipelines/nightly.yaml"), "utf8"));
  return Object.entries(stages).flatMap(([name, stage]) => {
    const file = stage.sql ?? stage.estimate;
    return file !== undefined && folders.some((place) => `pipelines/${file}`.startsWith(place)) ? [name] : [];
  });
}

function newestRun() {
  const runs = join(folder, "data/store/runs");
  return JSON.parse(readFileSync(join(runs, readdirSync(runs).sort().at(-1)), "utf8"));
}

async function counts() {
  const connection = await (await DuckDBInstance.create()).connect();
  const count = async (table) =>
    Number(
      (
        await connection.runAndReadAll(
          `select count(*) from '${folder}/data/store/tables/${table}/*.parquet'`,
        )
      ).getRows()[0][0],
    );
  const rows = {};
  for (const table of ["customers", "transactions", "feedback"]) rows[table] = await count(table);
  connection.closeSync();
  return rows;
}
