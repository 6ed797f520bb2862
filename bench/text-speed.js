/**
 * How fast messages are read, and with how much memory: from raw text to language, statements, phrases, topics, copies,
 * sentiment and credibility, by the SQL files, policies and stages of the nightly pipeline, under a limit of the
 * engine's memory. `bench/text.js --texts` runs it, each size in a process of its own.
 *
 *     node bench/text-speed.js FOLDER --memory 2GB
 *
 * FOLDER holds feedback.parquet and the trained models sentiment and credibility. Prints one JSON object.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse, stringify } from "yaml";
import { classify } from "../dist/stages/classify.js";
import { score } from "../dist/stages/score.js";
import { Random } from "../dist/stats/random.js";
import { textFunctions } from "../dist/text/functions.js";
import { literal } from "../dist/warehouse/engine.js";
import { recordColumns, yamlRecords } from "../dist/warehouse/yaml-records.js";
import { openDuckDb } from "../dist/warehouse/duckdb.js";
import { Store } from "../dist/warehouse/store.js";

const project = join(import.meta.dirname, "..");
export const characters = 150;
const lists = ["topics", "negations", "signs", "watch_lists", "detail_words"];
const files = [
  "phrases",
  "feedback_texts",
  "feedback_sentences",
  "sentence_phrases",
  "sentence_topics",
  "topic_examples",
  "feedback_copies",
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { memory: { type: "string", default: "2GB" } },
    allowPositionals: true,
  });
  process.stdout.write(`${JSON.stringify(await measureSpeed(positionals[0], values.memory))}\n`);
}

/** Writes `count` texts to a file, all different: words drawn from those of `texts`, cut to the length. */
export async function makeFeedback(file, texts, count, seed) {
  const words = texts.join(" ").split(/\s+/);
  const random = new Random(`${seed}/feedback`);
  const draw = () => {
    let text = words[random.integer(words.length)];
    while (text.length < characters) text += ` ${words[random.integer(words.length)]}`;
    return text.slice(0, characters);
  };
  const engine = await openDuckDb({ memoryLimit: "1GB", temporaryDirectory: join(file, "..") });
  const session = await engine.connect();
  const column = (length) => [{ name: "text", type: "text", values: Array.from({ length }, draw) }];
  await session.insert("drawn", column(0));
  for (let made = 0; made < count; made += 10_000)
    await session.append("drawn", column(Math.min(10_000, count - made)));
  await session.copy(
    `select
      'F' || rowid as feedback_id,
      timestamp '2026-01-01' + to_seconds((rowid * 7919) % 20000000) as occurred_at,
      null::varchar as language,
      text
    from temp.drawn`,
    file,
    "parquet",
  );
  session.close();
  engine.close();
}

async function measureSpeed(folder, memoryLimit) {
  const store = new Store(join(folder, "store"));
  rmSync(store.folder, { recursive: true, force: true });
  mkdirSync(store.folder);
  await store.prepare();
  const engine = await openDuckDb({ memoryLimit, temporaryDirectory: store.scratch });
  const session = await engine.connect();
  session.define(textFunctions);
  for (const name of lists) {
    const records = yamlRecords(readFileSync(join(project, `pipelines/policy/${name}.yaml`), "utf8"), name);
    await session.insert(name, recordColumns(records));
  }
  const view = (name, paths) =>
    session.execute(`create view ${name} as from read_parquet([${paths.map(literal).join(", ")}])`);
  await view("feedback", [join(folder, "feedback.parquet")]);
  await session.execute(
    "create table told_topics as select '' as feedback_id, '' as topic, false as is_complete limit 0",
  );

  const parts = {};
  const timed = async (part, work) => {
    const [started, before] = [performance.now(), process.cpuUsage()];
    await work();
    const { user, system } = process.cpuUsage(before);
    parts[part] = {
      seconds: round((performance.now() - started) / 1000),
      cpu_seconds: round((user + system) / 1e6),
      memory_mb: Math.round(process.memoryUsage.rss() / 2 ** 20),
    };
  };
  for (const name of files) {
    const sql = readFileSync(join(project, `pipelines/sql/text/${name}.sql`), "utf8");
    const parameters = sql.includes("$as_of") ? { as_of: "2026-12-31" } : {};
    const file = join(folder, "store", `${name}.parquet`);
    await timed(name, () => session.copy(sql, file, "parquet", parameters));
    await view(name, [file]);
  }
  const [[texts, statements]] = (
    await session.query("select (select count(*) from feedback), (select count(*) from feedback_sentences)")
  ).rows;

  const run = async (kind, spec, name, text, model) => {
    const stage = await kind.open(spec, {
      name,
      overrides: undefined,
      place: () => ({ file: "bench" }),
      file: (path) => Promise.resolve({ name: path, path, text }),
    });
    const context = { name, fingerprint: "bench", store, session, parameters: {}, project: folder };
    const applied = { name, version: "1", status: "trained", folder: model };
    return stage.run({ ...context, model: applied, lostPast: new Map(), progress: () => {} });
  };
  const { sentiment, credibility, topics } = Object.fromEntries(
    ["sentiment", "credibility", "topics"].map((name) => [
      name,
      parse(readFileSync(join(project, `models/${name}.yaml`), "utf8")),
    ]),
  );
  // The numbers that credibility is also learned from are not of the text.
  const ofText = { ...credibility, time: "occurred_at", features: { table: "feedback_texts", text: "text" } };
  await timed("topics_training_and_scoring", () =>
    run(classify, { classify: "topics" }, "topic_probabilities", stringify(topics)),
  );
  await timed("topics_training", async () => {
    const none = { ...topics, texts: { ...topics.texts, table: "no_sentences" } };
    await session.execute("create view no_sentences as select * from feedback_sentences limit 0");
    await run(classify, { classify: "topics" }, "no_probabilities", stringify(none));
  });
  await timed("sentiment_scoring", () =>
    run(score, { score: "s", on: "feedback_sentences" }, "s", stringify(sentiment), "sentiment"),
  );
  await timed("credibility_scoring", () =>
    run(score, { score: "c", on: "feedback_texts" }, "c", stringify(ofText), "credibility"),
  );
  session.close();
  engine.close();

  const { topics_training: training, ...all } = parts;
  const total = (field) => round(Object.values(all).reduce((sum, part) => sum + part[field], 0));
  return {
    texts,
    characters,
    statements,
    memory_limit: memoryLimit,
    parts,
    seconds: total("seconds"),
    cpu_seconds: total("cpu_seconds"),
    cpu_seconds_without_training: round(total("cpu_seconds") - training.cpu_seconds),
    peak_memory_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

function round(value) {
  return Number(value.toFixed(1));
}
