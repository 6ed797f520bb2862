/**
 * Proves what the nightly pipeline claims: makes sample worlds, runs pipelines/proof.yaml on each and compares what it publishes
 * with what is true there. One world at a time, in a temporary folder.
 *
 *     npm run proof -- [--seeds 1-40] [--customers 50000] [--months 24] [--log proof.jsonl]
 *
 * Prints one JSON object: how often the intervals of the frictions' effects and of NPS hold the truth, how often frictions are
 * in the right order of revenue at risk, verdicts on actions, how soon the growing cause is warned of. With `--log`, each
 * world's score is added to the file as a line, and worlds that are there already are not made again.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";
import { parseArgs } from "node:util";
import { openPipeline } from "../dist/pipeline/open.js";
import { runPipeline } from "../dist/pipeline/run.js";
import { generateSample, proofOf, scoreAgainstTruth } from "../dist/sample/index.js";
import { currentPublication, openPublication } from "../dist/warehouse/publication.js";
import { Store } from "../dist/warehouse/store.js";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1-40" },
    customers: { type: "string", default: "50000" },
    months: { type: "string", default: "24" },
    log: { type: "string" },
  },
});
const [first, last = first] = values.seeds.split("-").map(Number);
const size = { customers: Number(values.customers), months: Number(values.months) };

const worlds = [];
for (let seed = first; seed <= last; seed++) {
  const known = proven().find((world) => world.seed === seed);
  const world = known ?? (await prove(seed));
  worlds.push(world);
  if (known) continue;
  if (values.log) appendFileSync(values.log, `${JSON.stringify(world)}\n`);
  process.stderr.write(`seed ${seed}: ${world.seconds} s\n`);
}
process.stdout.write(`${JSON.stringify({ ...size, ...proofOf(worlds) }, null, 2)}\n`);

/** The worlds of this size in the log. */
function proven() {
  if (!values.log || !existsSync(values.log)) return [];
  const lines = readFileSync(values.log, "utf8").split("\n").filter(Boolean);
  return lines
    .map((line) => JSON.parse(line))
    .filter(({ customers, months }) => customers === size.customers && months === size.months);
}

async function prove(seed) {
  const start = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "ancora-proof-"));
  try {
    const out = join(folder, "world");
    await generateSample({ ...size, seed, out, format: "parquet" });
    const made = performance.now();
    const file = fileURLToPath(new URL("../pipelines/proof.yaml", import.meta.url));
    const opened = await openPipeline(file, { parameters: [`data=${out}`] });
    const pipeline = { ...opened, spec: { ...opened.spec, store: join(folder, "store") } };
    await runPipeline(pipeline);
    const score = await scoreOf(new Store(join(folder, "store")), join(out, "truth"));
    const seconds = (from) => Math.round((performance.now() - from) / 100) / 10;
    return { seed, ...size, seconds: seconds(start), run_seconds: seconds(made), score };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function scoreOf(store, truth) {
  const engine = await openPublication(store, await currentPublication(store), { otherFolder: truth });
  const session = await engine.connect();
  try {
    return await scoreAgainstTruth(session, truth);
  } finally {
    session.close();
    engine.close();
  }
}
