/**
 * Measures the tabular network beside other programs' models: on the churn tables of a folder, on the folds given there; on
 * the newest snapshot of the Online Retail example, on the same matrix; and how fast it is on a wide table.
 *
 *     node build.js && node bench/models.js [--data ../shared/data] [--peers ../shared/peers/churn.py] [--trials 50]
 *         [--matrix FOLDER] [--only tables,online_retail,speed] [--seed 1]
 *
 * Prints one JSON object. The Online Retail example runs into its own store, as `ancora run` does, and its
 * matrix is written as train.parquet and test.parquet. Peers need Python (the
 * environment variable PYTHON, else python3) with bench/peers/requirements.txt; they are left out, and it says so, where
 * these are absent. Against each peer stands the difference of the network's metrics over all folds together, with its
 * paired bootstrap interval: "ahead" or "behind" where that leaves out zero, else "tie".
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";
import { parseArgs } from "node:util";
import { useBackend } from "../dist/ml/backend.js";
import { crossValidate } from "../dist/ml/cross-validation.js";
import { selectRows } from "../dist/ml/frame.js";
import { averagePrecision, brier, logLoss, rank, rocAuc } from "../dist/ml/metrics.js";
import { pairedMetrics } from "../dist/ml/paired.js";
import { calibrationFloor, expectedCalibrationError } from "../dist/ml/reliability.js";
import { networkSpec } from "../dist/ml/spec.js";
import { predictTabular, trainTabular } from "../dist/ml/tabular.js";
import { readModel } from "../dist/stages/evaluate.js";
import { openLabelledTable, readFeatures } from "../dist/stages/labelled-table.js";
import { frameOf, readLabelled, validationOf } from "../dist/stages/model-data.js";
import { openDuckDb } from "../dist/warehouse/duckdb.js";
import { currentPublication, openPublication } from "../dist/warehouse/publication.js";
import { Store } from "../dist/warehouse/store.js";

const tables = [
  { name: "telco_churn", label: "Churn=Yes", key: "customerID" },
  { name: "bank_exit", label: "Exited=1", key: "CustomerId" },
];
const metrics = { auc: rocAuc, average_precision: averagePrecision, brier };
const lessIsBetter = new Set(["brier"]);

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data" },
    peers: { type: "string", default: "../shared/peers/churn.py" },
    trials: { type: "string", default: "50" },
    matrix: { type: "string" },
    only: { type: "string", default: "tables,online_retail,speed" },
    seed: { type: "string", default: "1" },
  },
});
const python = process.env.PYTHON ?? "python3";
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const parts = options.only.split(",");

const backend = await useBackend();
const report = { backend, cores: availableParallelism(), seed: options.seed };
if (parts.includes("tables")) {
  report.tables = {};
  for (const table of tables) report.tables[table.name] = await measureTable(table);
}
if (parts.includes("online_retail")) report.online_retail = await measureOnlineRetail();
if (parts.includes("speed")) report.speed = JSON.parse(run(process.execPath, [here("wide-table.js")]));
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

/** @param {{ name: string, label: string, key: string }} table */
async function measureTable({ name, label, key }) {
  const data = join(options.data, `${name}.csv`);
  if (!existsSync(data)) return `left out: there is no ${data}`;
  const request = { data, label, drop: [key], foldColumn: "fold", folds: 5 };
  const rows = await openLabelledTable(request, options.seed);
  const { frame } = await readFeatures(rows, request);
  rows.table.close();
  const spec = networkSpec.parse({});
  const { predictions, ...network } = await crossValidate(frame, rows.labels, rows.foldOf, {
    spec,
    seed: options.seed,
  });
  const args = [data, "--label", label, "--drop", key];
  return {
    network,
    peers: comparePeers(args, rows.labels, predictions, rows.foldOf),
    shared_peers: peer(options.peers, args),
  };
}

/** The Online Retail example: trained on its earlier snapshots, measured on the newest. */
async function measureOnlineRetail() {
  const source = join(options.data, "online_retail.parquet");
  if (!existsSync(source)) return `left out: there is no ${source}`;
  const pipeline = "pipelines/examples/online_retail.yaml";
  const data = resolve(options.data);
  run(process.execPath, ["bin/ancora.js", "run", pipeline, "--param", `data=${data}`, "--locale", "en"]);
  const matrix = resolve(options.matrix ?? "reports/out/online_retail/matrix");
  await mkdir(matrix, { recursive: true });
  return measureSnapshot("data/store-online-retail", matrix);
}

async function measureSnapshot(folder, matrix) {
  const { data: spec } = readModel("pipelines/examples/online_retail/churn.yaml");
  const store = new Store(folder);
  const engine = await openPublication(store, await currentPublication(store));
  const session = await engine.connect();
  try {
    const rows = await readLabelled(session, spec);
    const split = validationOf(rows, spec).splits[0];
    const frame = frameOf(rows.columns, spec);
    const labelsOf = (chosen) => Uint8Array.from(chosen, (row) => rows.labels[row]);
    const cluster = rows.columns.find(({ name }) => name === spec.cluster);
    const files = { train: join(matrix, "train.parquet"), test: join(matrix, "test.parquet") };
    for (const [name, file] of Object.entries(files)) {
      const chosen = name === "train" ? split.train : split.validation;
      const clusters = { ...cluster, values: Array.from(chosen, (row) => cluster.values[row]) };
      const columns = matrixColumns(selectRows(frame, chosen), labelsOf(chosen));
      await writeParquet([clusters, ...columns], file);
    }
    const { model } = await trainTabular(selectRows(frame, split.train), labelsOf(split.train), {
      spec: spec.network,
      seed: options.seed,
      clusters: Array.from(split.train, (row) => cluster.values[row]),
    });
    const labels = labelsOf(split.validation);
    const predicted = await predictTabular(model, selectRows(frame, split.validation));
    return {
      snapshot: split.validatedFrom,
      train_rows: split.train.length,
      test_rows: labels.length,
      network: measures(labels, predicted),
      peers: comparePeers(
        [files.train, files.test, "--label", "label=1", "--cluster", spec.cluster],
        labels,
        predicted,
      ),
    };
  } finally {
    session.close();
    engine.close();
  }
}

async function writeParquet(columns, file) {
  const engine = await openDuckDb();
  const session = await engine.connect();
  await session.insert("matrix", columns);
  await session.copy("select * from temp.matrix", file, "parquet");
  session.close();
  engine.close();
}

function matrixColumns(frame, labels) {
  return [
    ...frame.columns.map(({ name, kind, values }) => ({
      name,
      type: kind === "number" ? "number" : "text",
      values: kind === "number" ? values : [...values],
    })),
    { name: "label", type: "text", values: Array.from(labels, String) },
  ];
}

function measures(labels, probabilities) {
  const ranked = rank(labels, probabilities);
  return {
    auc: rocAuc(ranked),
    average_precision: averagePrecision(ranked),
    brier: brier(ranked),
    log_loss: logLoss(ranked),
    ece: expectedCalibrationError(ranked),
    ece_floor: calibrationFloor(ranked, { seed: options.seed }),
  };
}

/** Each peer's metrics, the mean over folds where there are some, and where the network stands against it. */
function comparePeers(args, labels, predictions, foldOf = new Int32Array(labels.length)) {
  const peers = peer(here("peers/churn.py"), [...args, "--trials", options.trials]);
  if (typeof peers === "string") return peers;
  return Object.fromEntries(
    Object.entries(peers).map(([name, { probabilities: all, fit_seconds }]) => {
      const probabilities = all.slice(-labels.length);
      const paired = pairedMetrics(labels, probabilities, predictions, metrics, { seed: options.seed });
      const against = Object.entries(paired).map(([metric, { difference }]) => [
        metric,
        { ...difference, verdict: verdict(difference, lessIsBetter.has(metric)) },
      ]);
      const mean = meanOverFolds(labels, probabilities, foldOf);
      return [
        name,
        {
          mean,
          ...measuresOfAll(labels, probabilities),
          fit_seconds,
          network_less_peer: Object.fromEntries(against),
        },
      ];
    }),
  );
}

function measuresOfAll(labels, probabilities) {
  const { ece, ece_floor } = measures(labels, probabilities);
  return { ece, ece_floor };
}

function meanOverFolds(labels, probabilities, foldOf) {
  const folds = [...new Set(foldOf)].map((fold) => {
    const rows = [...foldOf.keys()].filter((row) => foldOf[row] === fold);
    return rank(
      rows.map((row) => labels[row]),
      rows.map((row) => probabilities[row]),
    );
  });
  return Object.fromEntries(
    Object.entries({ ...metrics, log_loss: logLoss }).map(([name, metric]) => [
      name,
      folds.reduce((sum, ranked) => sum + metric(ranked), 0) / folds.length,
    ]),
  );
}

function verdict({ low, high }, isLessBetter) {
  if (low <= 0 && high >= 0) return "tie";
  return low > 0 === isLessBetter ? "behind" : "ahead";
}

/** What a Python program prints, or why it was left out. */
function peer(program, args) {
  try {
    return JSON.parse(run(python, [program, ...args]));
  } catch (error) {
    return `left out: ${python} ${program} did not run (${error.message.split("\n")[0]})`;
  }
}

function run(program, args) {
  return execFileSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 1 << 28,
  });
}
