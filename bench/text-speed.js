/**
 * How fast messages are read, and with how much memory: from raw text to language, statements, phrases, topics, copies,
 * sentiment and credibility, by the SQL files, policies and stages of the nightly pipeline, under a limit of the
 * engine's memory. What does not wait for each other runs side by side, as in the nightly job. `bench/text.js --texts` runs
 * it, each size in a process of its own.
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
import PQueue from "p-queue";
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
/** The SQL files of `pipelines/sql/text`, each with those that it waits for. */
const files = {
  phrases: [],
  feedback_texts: [],
  feedback_sentences: ["feedback_texts"],
  sentence_phrases: ["phrases", "feedback_sentences"],
  sentence_topics: ["sentence_phrases"],
  topic_examples: ["phrases", "sentence_topics"],
  feedback_copies: ["feedback_texts"],
};

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
    await session.execute(`create table main.${name} as from temp.${name}; drop table temp.${name}`);
  }
  await session.execute(`create view feedback as from ${literal(join(folder, "feedback.parquet"))}`);
  await session.execute(
    "create table told_topics as select '' as feedback_id, '' as topic, false as is_complete limit 0",
  );

  const parts = {};
  const queues = { sql: new PQueue({ concurrency: 2 }), models: new PQueue({ concurrency: 2 }) };
  const finished = new Map();
  /** Has a part done when those that it waits for are done and its queue has room. */
  const plan = (queue, part, needs, work) => {
    const ready = Promise.all(needs.map((need) => finished.get(need)));
    const timed = async () => {
      const started = performance.now();
      const session = await engine.connect();
      await work(session);
      session.close();
      parts[part] = round((performance.now() - started) / 1000);
    };
    finished.set(
      part,
      ready.then(() => queues[queue].add(timed)),
    );
  };
  const [started, before] = [performance.now(), process.cpuUsage()];
  for (const [name, needs] of Object.entries(files)) {
    const sql = readFileSync(join(project, `pipelines/sql/text/${name}.sql`), "utf8");
    const parameters = sql.includes("$as_of") ? { as_of: "2026-12-31" } : {};
    const file = join(folder, "store", `${name}.parquet`);
    plan("sql", name, needs, async (session) => {
      await session.copy(sql, file, "parquet", parameters);
      await session.execute(`create view ${name} as from ${literal(file)}`);
    });
  }
  const run = async (session, kind, spec, name, text, model) => {
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
  plan("models", "credibility_scoring", ["feedback_texts"], (session) =>
    run(session, score, { score: "c", on: "feedback_texts" }, "c", stringify(ofText), "credibility"),
  );
  plan("models", "sentiment_scoring", ["feedback_sentences"], (session) =>
    run(session, score, { score: "s", on: "feedback_sentences" }, "s", stringify(sentiment), "sentiment"),
  );
  plan("models", "topics_training_and_scoring", ["topic_examples"], (session) =>
    run(session, classify, { classify: "topics" }, "topic_probabilities", stringify(topics)),
  );
  await Promise.all(finished.values());
  const { user, system } = process.cpuUsage(before);
  const seconds = round((performance.now() - started) / 1000);
  const counted = await session.query(
    "select (select count(*) from feedback), (select count(*) from feedback_sentences)",
  );
  const [texts, statements] = counted.rows[0];
  session.close();
  engine.close();
  return {
    texts,
    characters,
    statements,
    memory_limit: memoryLimit,
    parts,
    seconds,
    cpu_seconds: round((user + system) / 1e6),
    peak_memory_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

function round(value) {
  return Number(value.toFixed(1));
}
