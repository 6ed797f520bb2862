import { UserErrors } from "../errors.js";
import { useBackend } from "../ml/backend.js";
import type { WordClassifier } from "../ml/word-classifier.js";
import { WordScorer, type WordClassifiers } from "../ml/word-scorer.js";
import { trainWordClassifier, type WordExamples } from "../ml/word-training.js";
import { identifier, type Column } from "../warehouse/engine.js";
import { keepSelects } from "./keep-tables.js";
import { columnOf } from "./model-data.js";
import { missingColumns, type NamedColumn } from "./named-columns.js";
import { readAhead } from "./read-ahead.js";
import type { RunContext, StageResult } from "./stage.js";
import type { TopicModelSpec } from "./topic-model-spec.js";

/** Trains a classifier per language, applies each to the texts of its language, and stores what is likely enough. */
export async function classifyTexts(
  run: RunContext,
  spec: TopicModelSpec,
  named: readonly NamedColumn[],
): Promise<StageResult> {
  const errors = await missingColumns(run.session, named);
  if (errors.length > 0) throw new UserErrors(errors);
  await useBackend();
  const examples = await readExamples(run, spec);
  const classifiers = new Map<string, WordClassifier>();
  for (const [language, ofLanguage] of examples) {
    run.progress(`training on ${ofLanguage.texts.length} examples in ${language}`);
    const classifier = trainWordClassifier(ofLanguage, spec.inverse_penalty);
    if (classifier) classifiers.set(language, classifier);
  }
  await run.session.insert("classified", classifiedColumns([], [], []));
  for await (const columns of readAhead(classifiedBatches(run, spec, classifiers))) {
    await run.session.append("classified", columns);
  }
  await run.session.insert("learned", learnedColumns(examples, classifiers));
  return keepTables(run, spec);
}

/** Language -> its examples, in an order that depends on them alone. */
async function readExamples(
  { session }: RunContext,
  { examples: { table, text, language, labels } }: TopicModelSpec,
): Promise<Map<string, WordExamples>> {
  const [languages, texts, ofText] = await session.columns(`
    select ${identifier(language)}::varchar, ${identifier(text)}::varchar, coalesce(${identifier(labels)}::varchar, '')
    from ${identifier(table)}
    where ${identifier(language)} is not null and ${identifier(text)} is not null
    order by all`);
  const found = new Map<string, { texts: string[]; labels: string[][] }>();
  for (const [row, code] of (languages?.values ?? []).entries()) {
    const examples = found.get(String(code)) ?? { texts: [], labels: [] };
    examples.texts.push(String(texts?.values[row]));
    examples.labels.push(
      String(ofText?.values[row])
        .split(",")
        .map((label) => label.trim())
        .filter((label) => label !== ""),
    );
    found.set(String(code), examples);
  }
  return found;
}

/** What is asked of the texts, always in the order that they are stored in. */
function fromTexts(select: string, { texts: { table, text, language } }: TopicModelSpec): string {
  return `select ${select} from ${identifier(table)}
    where ${identifier(text)} is not null and ${identifier(language)} is not null`;
}

async function* classifiedBatches(
  run: RunContext,
  spec: TopicModelSpec,
  classifiers: WordClassifiers,
): AsyncGenerator<Column[]> {
  const scorer = new WordScorer(classifiers, spec.least_probability);
  const { text, language } = spec.texts;
  const wanted = `${identifier(text)}::varchar as words, ${identifier(language)}::varchar as spoken`;
  let classified = 0;
  for await (const rows of readAhead(run.session.batches(fromTexts(wanted, spec)))) {
    const languages = Array.from(columnOf(rows, "spoken").values, String);
    const texts = Array.from(columnOf(rows, "words").values, String);
    const likely = await scorer.classify(texts, languages);
    const labels = likely.texts.map(
      (row, index) => classifiers.get(languages[row]!)!.labels[likely.labels[index]!]!,
    );
    const before = classified;
    yield classifiedColumns(
      likely.texts.map((row) => before + row + 1),
      labels,
      likely.probabilities,
    );
    classified += languages.length;
    run.progress(`${classified} texts classified`);
  }
}

/** @param rows the number of the text of each label, from 1 */
function classifiedColumns(
  rows: readonly number[],
  labels: string[],
  probabilities: readonly number[],
): Column[] {
  return [
    { name: "text_row", type: "number", values: Float64Array.from(rows) },
    { name: "label", type: "text", values: labels },
    { name: "probability", type: "number", values: Float64Array.from(probabilities) },
  ];
}

/** Language and label -> examples that have it, and whether it was learned. */
function learnedColumns(examples: ReadonlyMap<string, WordExamples>, classifiers: WordClassifiers): Column[] {
  const rows = [...examples].flatMap(([language, { labels }]) => {
    const frequency = new Map<string, number>();
    for (const label of labels.flat()) frequency.set(label, (frequency.get(label) ?? 0) + 1);
    const learned = classifiers.get(language)?.labels ?? [];
    return [...frequency].map(([label, count]) => ({
      language,
      label,
      count,
      isLearned: learned.includes(label),
    }));
  });
  return [
    { name: "language", type: "text", values: rows.map(({ language }) => language) },
    { name: "label", type: "text", values: rows.map(({ label }) => label) },
    { name: "examples", type: "number", values: Float64Array.from(rows, ({ count }) => count) },
    { name: "is_learned", type: "boolean", values: Float64Array.from(rows, (row) => Number(row.isLearned)) },
  ];
}

async function keepTables(run: RunContext, spec: TopicModelSpec): Promise<StageResult> {
  const key = spec.texts.key.map(identifier).join(", ");
  const label = identifier(spec.label);
  const kept = await keepSelects(run, [
    [
      run.name,
      `select ${key}, label as ${label}, round(probability, 4) as probability
      from (${fromTexts(`${key}, row_number() over () as text_row`, spec)})
      join temp.classified using (text_row)
      order by all`,
    ],
    [
      `${run.name}_model`,
      `select language, label as ${label}, examples::bigint as examples, is_learned from temp.learned order by all`,
    ],
  ]);
  const learned = await run.session.query("select count(*) from temp.learned where is_learned");
  const summary = `${kept.tables[run.name]!.rows} rows, ${Number(learned.rows[0]?.[0])} labels learned`;
  return { ...kept, summary };
}
