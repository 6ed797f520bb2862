/**
 * Measures the text classifiers on the labelled texts of a folder beside a linear baseline in scikit-learn; with --texts
 * how fast so many texts are read instead, and with how much memory.
 *
 *     node build.js && node bench/text.js [--data ../shared/data] [--texts 100000,1000000] [--memory 2GB] [--seed 1]
 *
 * Prints one JSON object. The baseline is left out, and it says so, where the program named by the environment variable
 * PYTHON (python3 unless given) or scikit-learn is absent.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { useBackend } from "../dist/ml/backend.js";
import { stratifiedFolds } from "../dist/ml/folds.js";
import { rank, rocAuc } from "../dist/ml/metrics.js";
import { saveTextModel } from "../dist/ml/text-artifact.js";
import { crossValidateText } from "../dist/ml/text-evaluation.js";
import { trainTextModel } from "../dist/ml/text-training.js";
import { bootstrap } from "../dist/stats/bootstrap.js";
import { openDuckDb } from "../dist/warehouse/duckdb.js";
import { makeFeedback } from "./text-speed.js";

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data" },
    texts: { type: "string" },
    memory: { type: "string", default: "2GB" },
    seed: { type: "string", default: "1" },
  },
});
const training = { seed: options.seed, minimumWords: 3 };
const aspects = ["cleanliness", "comfort", "amenities", "staff", "value", "wifi", "location", "other"];

const backend = await useBackend();
const tasks = await readTasks();
const measured =
  options.texts === undefined
    ? { tasks: Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, evaluate(task)])) }
    : { load_before: loadavg()[0], speed: await measureTexts(options.texts.split(",").map(Number)) };
const report = { backend, cores: availableParallelism(), seed: options.seed, ...measured };
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

async function readTasks() {
  const engine = await openDuckDb();
  const session = await engine.connect();
  const read = async (file, text, labels, { fold, where = "true" }) => {
    const columns = [text, fold ?? "0", ...Object.values(labels)].map((column, k) => `${column} as c${k}`);
    const path = join(options.data, file);
    const { rows } = await session.query(
      `select ${columns.join(", ")} from read_csv('${path}', header = true, quote = '"') where ${where}`,
    );
    const values = Object.keys(labels).map((name, k) => ({
      name,
      values: Uint8Array.from(rows, (row) => Number(row[k + 2])),
    }));
    const folds = fold
      ? Int32Array.from(rows, (row) => row[1])
      : stratifiedFolds(values[0].values, { folds: 5, seed: options.seed });
    return { texts: rows.map(([value]) => value), labels: values, folds };
  };
  const tasks = {
    hotel_reviews: await read(
      "hotel_reviews_positive.csv",
      "review",
      { deceptive: "verdict = 'deceptive'" },
      { fold: "fold" },
    ),
    olist: await read(
      "olist/order_reviews.csv",
      "review_comment_message",
      { unhappy: "review_score <= 2" },
      { where: "review_score <> 3 and trim(review_comment_message) <> ''" },
    ),
    italian_polarity: await read(
      "italian_hotel_sentences.csv",
      "sentence",
      { negative: "polarity = 'negative'" },
      { fold: "fold", where: "polarity in ('negative', 'positive')" },
    ),
    italian_aspects: await read(
      "italian_hotel_sentences.csv",
      "sentence",
      Object.fromEntries(aspects.map((aspect) => [aspect, `${aspect}_presence`])),
      { fold: "fold" },
    ),
  };
  engine.close();
  return tasks;
}

function evaluate({ texts, labels, folds }) {
  const { predictions, ...evaluation } = crossValidateText({ texts, labels }, folds, training);
  const baseline = predictBaseline({ texts, labels, folds });
  return { ...evaluation, baseline: baseline && compare(labels, predictions, baseline) };
}

function predictBaseline({ texts, labels, folds }) {
  const input = JSON.stringify({
    texts,
    labels: labels.map(({ values }) => [...values]),
    folds: [...folds],
  });
  try {
    const script = join(import.meta.dirname, "peers/text.py");
    const output = execFileSync(process.env.PYTHON ?? "python3", [script], { input, maxBuffer: 2 ** 28 });
    return JSON.parse(output.toString());
  } catch (error) {
    process.stderr.write(`no baseline: ${error.message.split("\n")[0]}\n`);
    return null;
  }
}

/** Per label, the baseline's pooled AUC and the paired bootstrap interval of the difference. */
function compare(labels, predictions, baseline) {
  const compared = labels.map(({ name, values }, label) => {
    const [ours, theirs] = [predictions[label].probabilities, baseline.predictions[label]].map(
      (probabilities) => ({
        ranked: rank(values, probabilities),
        order: order(probabilities),
      }),
    );
    const auc = ({ ranked, order }, counts) =>
      rocAuc(
        ranked,
        Float64Array.from(order, (row) => counts[row]),
      );
    const [ahead] = bootstrap(values.length, (counts) => [auc(ours, counts) - auc(theirs, counts)], {
      seed: options.seed,
    });
    const verdict = ahead.low > 0 ? "ahead" : ahead.high < 0 ? "behind" : "tie";
    return { label: name, auc: rocAuc(theirs.ranked), ahead, verdict };
  });
  return { seconds: baseline.seconds, labels: compared };
}

/** The order in which `rank` puts rows. */
function order(probabilities) {
  return Array.from(probabilities.keys()).sort((i, j) => probabilities[j] - probabilities[i] || i - j);
}

/** Each size is read by a process of its own, which tells its own peak of memory. */
async function measureTexts(counts) {
  const folder = mkdtempSync(join(tmpdir(), "ancora-bench-text-"));
  const { italian_polarity: sentiment, hotel_reviews: credibility } = tasks;
  const measured = [];
  try {
    for (const [name, task] of Object.entries({ sentiment, credibility })) {
      mkdirSync(join(folder, name));
      await saveTextModel(join(folder, name), trainTextModel(task, training));
    }
    for (const count of counts) {
      await makeFeedback(join(folder, "feedback.parquet"), sentiment.texts, count, options.seed);
      const script = join(import.meta.dirname, "text-speed.js");
      const output = execFileSync(process.execPath, [script, folder, "--memory", options.memory], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      measured.push(JSON.parse(output.toString()));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return measured;
}
