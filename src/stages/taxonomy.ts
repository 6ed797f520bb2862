import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { UserError } from "../errors.js";
import { cellText } from "../result.js";
import { textFunctions } from "../text/functions.js";
import { openDuckDb } from "../warehouse/duckdb.js";
import { identifier, type Column, type Session } from "../warehouse/engine.js";
import { sqlError } from "../warehouse/sql-error.js";
import { recordColumns, yamlRecords } from "../warehouse/yaml-records.js";
import { parseYaml } from "../yaml.js";

const taxonomySchema = z.array(
  z.looseObject({
    topic: z.string(),
    language: z.string(),
    journey_stage: z.string(),
    words: z.string(),
    problems: z.string().optional(),
    praise: z.string().optional(),
  }),
);

/** What phrases are found by, besides the taxonomy: files of `pipelines/policy`. */
const otherPolicies = ["negations", "signs", "watch_lists", "detail_words"];
/** The statements that make topics out of messages: files of `pipelines/sql/text`, in order. */
const statements = ["feedback_texts", "feedback_sentences", "phrases", "sentence_phrases", "sentence_topics"];

export interface Taxonomy {
  file: string;
  /** Each topic once, as the file has them. */
  topics: string[];
  entries: z.output<typeof taxonomySchema>;
}

/**
 * Reads a taxonomy as `pipelines/policy/topics.yaml` is one.
 *
 * @throws UserError if there is no such file; UserErrors with the place of every mistake in it
 */
export function readTaxonomy(file: string): Taxonomy {
  if (!existsSync(file)) {
    throw new UserError(`expected a taxonomy in ${file}, found nothing`, {
      hint: "Mend the path given to --taxonomy, for example pipelines/policy/topics.yaml.",
    });
  }
  const { data } = parseYaml(readFileSync(file, "utf8"), { file }, taxonomySchema);
  return { file, topics: [...new Set(data.map(({ topic }) => topic))], entries: data };
}

/**
 * Finds the topics of texts by the statements that the nightly pipeline finds them by.
 *
 * @param texts `n` texts
 * @param languages `n` ISO 639-1 codes where the source tells them, else null
 * @returns topic -> `n` values, 1 where the text speaks of it
 * @throws UserError that points into the statement that does not run
 */
export async function findTopics(
  { topics, entries }: Taxonomy,
  texts: readonly (string | null)[],
  languages: readonly (string | null)[],
): Promise<Map<string, Uint8Array>> {
  const engine = await openDuckDb();
  const session = await engine.connect();
  try {
    session.define(textFunctions);
    const columns = ["topic", "language", "journey_stage", "words", "problems", "praise"] as const;
    await session.insert(
      "topics",
      columns.map((name) =>
        textColumn(
          name,
          entries.map((entry) => entry[name] ?? null),
        ),
      ),
    );
    for (const name of otherPolicies) await loadPolicy(session, name);
    await session.insert("messages", [
      textColumn(
        "feedback_id",
        texts.map((_, row) => String(row)),
      ),
      textColumn("text", texts),
      textColumn("language", languages),
    ]);
    await session.execute(
      "create temp table feedback as select *, timestamp '2000-01-01' as occurred_at from messages",
    );
    for (const name of statements) await runStatement(session, name);
    const found = new Map(topics.map((topic) => [topic, new Uint8Array(texts.length)]));
    const { rows } = await session.query("select distinct topic, feedback_id from sentence_topics");
    for (const [topic, row] of rows) found.get(cellText(topic))?.fill(1, Number(row), Number(row) + 1);
    return found;
  } finally {
    session.close();
    engine.close();
  }
}

async function loadPolicy(session: Session, name: string): Promise<void> {
  const file = projectFile(`pipelines/policy/${name}.yaml`);
  await session.insert(name, recordColumns(yamlRecords(readFileSync(file, "utf8"), file)));
}

async function runStatement(session: Session, name: string): Promise<void> {
  const file = projectFile(`pipelines/sql/text/${name}.sql`);
  const sql = readFileSync(file, "utf8");
  const parameters = /\$as_of\b/.test(sql) ? { as_of: "2000-01-01" } : {};
  await session
    .execute(`create temp table ${identifier(name)} as\n${sql}`, parameters)
    .catch((error: unknown) => {
      throw sqlError(error, { sql, file });
    });
}

/** A file of the project in the working folder, or else of the package. */
function projectFile(path: string): string {
  return existsSync(path) ? path : fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

function textColumn(name: string, values: readonly (string | null)[]): Column {
  return { name, type: "text", values: [...values] };
}
