/**
 * How fast messages are read: from raw text to language, statements, phrases, topics, copies, sentiment and credibility,
 * by the SQL files of the nightly pipeline and models of its size.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { predictText } from "../dist/ml/text-prediction.js";
import { trainTextModel } from "../dist/ml/text-training.js";
import { classifyWords, trainWordClassifier } from "../dist/ml/word-classifier.js";
import { textFunctions } from "../dist/text/functions.js";
import { recordColumns, yamlRecords } from "../dist/warehouse/yaml-records.js";
import { openDuckDb } from "../dist/warehouse/duckdb.js";

const project = join(import.meta.dirname, "..");
const characters = 150;
const lists = ["topics", "negations", "signs", "watch_lists", "detail_words"];
const files = [
  "feedback_texts",
  "feedback_sentences",
  "sentence_phrases",
  "sentence_topics",
  "told_topics",
  "topic_examples",
  "feedback_copies",
];

/**
 * Makes `count` texts out of the words of `texts`, reads them all, and says how many seconds each part took.
 *
 * @param tasks labelled texts from which the models of sentiment and of credibility are learned, as `trainTextModel` takes them
 */
export async function measureSpeed(texts, { sentiment, credibility }, count, training) {
  const engine = await openDuckDb();
  const session = await engine.connect();
  session.define(textFunctions);
  for (const name of lists) {
    const records = yamlRecords(readFileSync(join(project, `pipelines/policy/${name}.yaml`), "utf8"), name);
    await session.insert(name, recordColumns(records));
  }
  const make = async (name) => {
    const sql = readFileSync(join(project, `pipelines/sql/text/${name}.sql`), "utf8");
    const parameters = sql.includes("$as_of") ? { as_of: "2026-12-31" } : {};
    await session.execute(`create or replace table ${name} as (\n${sql}\n)`, parameters);
  };
  await make("phrases");
  await makeFeedback(session, texts, count);
  const models = {
    sentiment: trainTextModel(sentiment, training),
    credibility: trainTextModel(credibility, training),
  };

  const parts = {};
  const timed = async (part, work) => {
    const [started, before] = [performance.now(), process.cpuUsage()];
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    parts[part] = {
      seconds: round((performance.now() - started) / 1000),
      cpu_seconds: round((user + system) / 1e6),
    };
    return result;
  };
  for (const name of files) {
    if (name === "told_topics") {
      await session.execute(
        "create table told_topics as select '' as feedback_id, '' as topic, false as is_complete limit 0",
      );
    } else await timed(name, () => make(name));
  }
  const classifiers = await timed("topics_training", () => trainTopics(session));
  await timed("topics_scoring", async () => {
    const sql = "select language, stems from feedback_sentences where language is not null";
    for await (const [languages, stems] of session.batches(sql)) {
      stems.values.forEach((text, row) => {
        const classifier = classifiers.get(languages.values[row]);
        if (classifier) classifyWords(classifier, text);
      });
    }
  });
  const score = async (model, table) => {
    for await (const [column] of session.batches(`select text from ${table}`))
      predictText(model, column.values);
  };
  await timed("sentiment_scoring", () => score(models.sentiment, "feedback_sentences"));
  await timed("credibility_scoring", () => score(models.credibility, "feedback_texts"));
  const { rows } = await session.query("select count(*) from feedback_sentences");
  session.close();
  engine.close();

  const total = Object.values(parts).reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    texts: count,
    characters,
    statements: rows[0][0],
    parts,
    total_seconds: round(total),
    seconds_per_100_000: round((total / count) * 100_000),
    peak_memory_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** One classifier a language, from what `topic_examples` holds. */
async function trainTopics(session) {
  const { rows } = await session.query(
    "select language, stems, topics from topic_examples where language is not null order by all",
  );
  const languages = new Map();
  for (const [language, stems, topics] of rows) {
    const examples = languages.get(language) ?? { texts: [], labels: [] };
    examples.texts.push(stems);
    examples.labels.push(topics === "" ? [] : topics.split(", "));
    languages.set(language, examples);
  }
  const trained = [...languages].map(([language, examples]) => [language, trainWordClassifier(examples, 1)]);
  return new Map(trained.filter(([, classifier]) => classifier));
}

/** The engine puts the texts together, so that this process does not hold them. */
async function makeFeedback(session, texts, count) {
  const words = texts.join(" ").split(" ");
  await session.insert("words", [{ name: "word", type: "text", values: words }]);
  await session.execute(`
    create table feedback as
    with listed as (select list(word) as words from words)
    select
      'F' || range as feedback_id,
      timestamp '2026-01-01' + to_seconds((range * 7919) % 20000000) as occurred_at,
      null::varchar as language,
      left(array_to_string(words[(range * 7919) % ${words.length - 100} + 1:(range * 7919) % ${words.length - 100} + 60], ' '), ${characters}) as text
    from range(${count})
    cross join listed`);
}

function round(value) {
  return Number(value.toFixed(1));
}
