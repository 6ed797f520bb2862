/**
 * Measures the score stage on made-up tables of 60 features: rows a second and peak memory, which must not grow with the
 * rows, and what the reasons of the rows on the list cost.
 *
 *     node build.js && node bench/score.js [--rows 200000,1000000] [--explained 2000] [--threads 2]
 *
 * Prints one JSON object. Each size runs in a process of its own.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { useBackend } from "../dist/ml/backend.js";
import { networkSpec } from "../dist/ml/spec.js";
import { trainTabular } from "../dist/ml/tabular.js";
import { saveTabular } from "../dist/ml/tabular-artifact.js";
import { frameOf } from "../dist/stages/model-data.js";
import { modelSchema } from "../dist/stages/model-spec.js";
import { score } from "../dist/stages/score.js";
import { openDuckDb } from "../dist/warehouse/duckdb.js";
import { literal } from "../dist/warehouse/engine.js";
import { Store } from "../dist/warehouse/store.js";

const numbers = 40;
const categories = 20;
const trainingRows = 4000;

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "200000,1000000" },
    explained: { type: "string", default: "2000" },
    threads: { type: "string", default: "2" },
    stage: { type: "string" },
  },
});

if (options.stage === undefined) await measureAll();
else await measureStage(options.stage, Number(options.rows), Number(options.explained));

async function measureAll() {
  const folder = mkdtempSync(join(tmpdir(), "ancora-bench-score-"));
  try {
    const load = loadavg()[0];
    const backend = await useBackend();
    await makeModel(folder);
    const run = (rows, explained) =>
      JSON.parse(
        execFileSync(
          process.execPath,
          [
            fileURLToPath(import.meta.url),
            ...["--stage", folder, "--rows", `${rows}`, "--explained", `${explained}`],
            ...["--threads", options.threads],
          ],
          { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
        ),
      );
    const scored = [];
    for (const rows of options.rows.split(",").map(Number)) scored.push(run(rows, 0));
    const explained = Number(options.explained);
    const [without, withReasons] = [run(2 * explained, 0), run(2 * explained, explained)];
    const more = (field) => withReasons[field] - without[field];
    const report = {
      cores: availableParallelism(),
      node: process.version,
      load_before: Math.round(load * 100) / 100,
      backend,
      features: numbers + categories,
      scored,
      explained: {
        rows: explained,
        seconds: round(more("seconds")),
        cpu_seconds: round(more("cpu_seconds")),
        cpu_milliseconds_per_row: round((1000 * more("cpu_seconds")) / explained),
      },
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rows whose every value is a hash of its place. */
function rowsSql(rows) {
  const columns = [
    ...Array.from({ length: numbers }, (_, j) => `(hash(i, ${j}) % 100000) / 1000.0 as number_${j}`),
    ...Array.from({ length: categories }, (_, j) => `'level ' || (hash(i, 'c', ${j}) % 8) as category_${j}`),
  ];
  return `select 'C' || i as customer_id, date '2026-01-01' as as_of, ${columns.join(", ")} from range(${rows}) as t(i)`;
}

function modelOf(explained) {
  return {
    kind: "tabular",
    name: "bench",
    key: ["customer_id"],
    time: "as_of",
    features: { table: "features" },
    label: { table: "labels", column: "label", known_on: "known_on" },
    words: { rows: "rows", positive: "positive", model: "model" },
    output: "probability",
    explain: { rows: explained },
  };
}

async function makeModel(folder) {
  const engine = await openDuckDb();
  const session = await engine.connect();
  const columns = await session.columns(rowsSql(trainingRows));
  const spec = modelSchema.parse(modelOf(0));
  const first = columns.find((column) => column.name === "number_0").values;
  const labels = Uint8Array.from(first, (value, i) => ((value + 37 * i) % 100 > 60 ? 1 : 0));
  const { model } = await trainTabular(frameOf(columns, spec), labels, {
    spec: networkSpec.parse({ epochs: 2 }),
    seed: 1,
  });
  mkdirSync(join(folder, "model"));
  await saveTabular(join(folder, "model"), model);
  session.close();
  engine.close();
}

async function measureStage(folder, rows, explained) {
  const store = new Store(join(folder, `store-${rows}-${explained}`));
  mkdirSync(store.folder);
  await store.prepare();
  const file = join(folder, `rows-${rows}.parquet`);
  const maker = await openDuckDb({ memoryLimit: "500MB", temporaryDirectory: store.scratch });
  const making = await maker.connect();
  await making.copy(rowsSql(rows), file, "parquet");
  making.close();
  maker.close();
  const engine = await openDuckDb({
    memoryLimit: "500MB",
    temporaryDirectory: store.scratch,
    threads: Number(options.threads),
  });
  const session = await engine.connect();
  await session.execute(`create view features as select * from ${literal(file)}`);
  // JSON is YAML.
  const text = JSON.stringify(modelOf(explained));
  const stage = await score.open(
    { score: "bench.yaml", on: "features" },
    {
      name: "scores",
      overrides: undefined,
      place: () => ({ file: "bench" }),
      file: () => Promise.resolve({ name: "bench.yaml", path: "bench.yaml", text }),
    },
  );
  const start = performance.now();
  const before = process.cpuUsage();
  await stage.run({
    name: "scores",
    fingerprint: "bench",
    store,
    session,
    parameters: {},
    project: folder,
    model: { name: "bench", version: "1", status: "trained", folder: "model" },
    lostPast: new Map(),
    progress: () => {},
  });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  session.close();
  engine.close();
  const result = {
    rows,
    seconds: round(seconds),
    cpu_seconds: round((user + system) / 1e6),
    rows_per_second: Math.round(rows / seconds),
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function round(value) {
  return Math.round(100 * value) / 100;
}
