import { join } from "node:path";
import { UserError } from "../errors.js";
import { records, type Cell } from "../result.js";
import { reasonColumns, reasonsOf, type Reason } from "../stages/reasons.js";
import type { ModelSpec } from "../stages/model-spec.js";
import { modelTables } from "../stages/model-tables.js";
import { readVersion, type ModelVersion } from "../stages/model-version.js";
import { reasonTable } from "../stages/score.js";
import { openScorer } from "../stages/scorer.js";
import { defineFunctions } from "../stages/sql.js";
import { registry } from "../stages/model-version.js";
import { suggest } from "../suggest.js";
import { identifier, literal, type Column, type Session } from "../warehouse/engine.js";
import { openPublication, type Publication } from "../warehouse/publication.js";
import { sqlError } from "../warehouse/sql-error.js";
import type { Store } from "../warehouse/store.js";
import { hasRules, ruledKey, ruleVerdict, type RuleVerdict } from "./fired-rules.js";
import type { Pipeline } from "./open.js";

/** Why one row of a scored table has its score. */
export interface ExplainedScore {
  model: string;
  version: string;
  /** The column of the scores. */
  output: string;
  /** What the rest to one is called, where that is what people are shown. */
  complement: string | undefined;
  /** The row's key: column -> value. */
  key: Record<string, string | null>;
  /** Calibrated; null where the model does not judge the row, and `withheld` says why. */
  probability: number | null;
  withheld: string | null;
  /** Before calibration: `base` plus all contributions. */
  logOdds: number;
  base: number;
  /** Every feature that moves the score, the largest contribution first; `reasons` of them matter most. */
  contributions: WordedReason[];
  reasons: number;
}

/** What weak rules say of one row, where there is no model to score it. */
export interface ExplainedByRules extends RuleVerdict {
  model: string;
  /** Why there is no model; null where nothing is known of it. */
  refused: string | null;
  key: Record<string, string | null>;
}

export interface WordedReason extends Reason {
  /** Undefined where the pipeline has no words for reasons. */
  text: string | undefined;
}

/**
 * Explains the scores of one customer, feedback or whatever else a scored table is about, by the champions of a publication.
 * Where a model of feedback has no champion, the weak rules that fired are told instead.
 *
 * @param kind `customer` for the tables whose key has `customer_id`, and so on
 * @param locale of the words: they are taken from the statement of the pipeline that reads the scores' table of reasons
 * @throws UserError when nothing of that kind is scored, or not this one
 */
export async function explainScores(
  pipeline: Pipeline,
  { store, publication }: { store: Store; publication: Publication },
  { kind, id, locale }: { kind: string; id: string; locale: string },
): Promise<(ExplainedScore | ExplainedByRules)[]> {
  const stages = scoringStages(pipeline, kind);
  const engine = await openPublication(store, publication);
  try {
    const session = await engine.connect();
    const explained: (ExplainedScore | ExplainedByRules)[] = [];
    for (const { name, table, spec, trainedBy } of stages) {
      const rows = await session.columns(rowsOf(table, spec, `${kind}_id`, id));
      if ((rows[0]?.values.length ?? 0) === 0) continue;
      if (publication.models[spec.name] === undefined && `${kind}_id` === ruledKey && hasRules(publication)) {
        explained.push({
          model: spec.name,
          refused: await refusalOf(session, publication, trainedBy),
          key: keyOf(rows, spec, 0),
          ...(await ruleVerdict(session, publication, { id, locale })),
        });
        continue;
      }
      const version = await championOf(pipeline, publication, spec);
      const scores = await scoresOf(version, spec, rows);
      for (const score of scores) {
        const keys = Object.entries(score.key).map(([column, value]): Column => ({
          name: column,
          type: "text",
          values: [value],
        }));
        const words = await wordsOf(pipeline, publication, session, name, keys, score.contributions, locale);
        const contributions = score.contributions.map((reason) => ({
          ...reason,
          text: words.get(reason.feature),
        }));
        explained.push({ ...score, contributions });
      }
    }
    session.close();
    if (explained.length > 0) return explained;
    const tables = [...new Set(stages.map(({ table }) => table))];
    throw new UserError(`there is no ${kind} ${id} in ${tables.join(" or ")}, which is what is scored`, {
      hint: `Look it up: ancora query "select ${kind}_id from ${tables[0]}".`,
    });
  } finally {
    engine.close();
  }
}

interface ScoringStage {
  name: string;
  table: string;
  spec: ModelSpec;
  /** The stage that trains the model. */
  trainedBy: string;
}

/** The stages that score rows of a kind, those that give no reasons left out. */
function scoringStages(pipeline: Pipeline, kind: string): ScoringStage[] {
  const opened = [...pipeline.stages.values()];
  const scoring = opened.flatMap(({ name, spec: written, stage }): ScoringStage[] => {
    const trainer = opened.find((other) => other.stage.trains?.file === stage.applies);
    const spec = trainer?.stage.trains?.spec;
    if (!("score" in written) || stage.applies === undefined || !trainer || !spec) return [];
    const table = written.on.toLowerCase();
    return spec.explain.rows > 0 ? [{ name, table, spec, trainedBy: trainer.name }] : [];
  });
  const found = scoring.filter(({ spec }) => spec.key.includes(`${kind}_id`));
  if (found.length > 0) return found;
  const kinds = scoring.flatMap(({ spec }) => spec.key.flatMap((name) => /^(.+)_id$/.exec(name)?.[1] ?? []));
  throw new UserError(`${pipeline.file} scores nothing by the key ${kind}_id`, {
    hint: kinds.length > 0 ? suggest(kind, [...new Set(kinds)]) : "Add a score stage to the pipeline.",
  });
}

/** Why a model was refused, as its training stage tells it. */
async function refusalOf(
  session: Session,
  publication: Publication,
  trainedBy: string,
): Promise<string | null> {
  const [table = ""] = modelTables(trainedBy);
  if (!(table in publication.tables)) return null;
  const [about] = records(await session.query(`select reason from ${identifier(table)}`));
  return textOf(about?.["reason"]) || null;
}

async function championOf(
  pipeline: Pipeline,
  publication: Publication,
  { name }: ModelSpec,
): Promise<ModelVersion> {
  const version = publication.models[name];
  const found =
    version === undefined
      ? { missing: "the publication has no champion" }
      : await readVersion(join(pipeline.project, registry), name, version);
  if ("version" in found) return found.version;
  throw new UserError(`there is no model ${name} to explain: ${found.missing}`, {
    hint: "Run the pipeline: it trains the model, or says why there is none.",
  });
}

function rowsOf(table: string, { key }: ModelSpec, column: string, id: string): string {
  const casts = key.map((name) => `${identifier(name)}::varchar as ${identifier(name)}`);
  return `select * replace (${casts.join(", ")}) from ${identifier(table)}
    where ${identifier(column)}::varchar = ${literal(id)} order by ${key.map(identifier).join(", ")}`;
}

type Score = Omit<ExplainedScore, "contributions"> & { contributions: Reason[] };

async function scoresOf(version: ModelVersion, spec: ModelSpec, rows: readonly Column[]): Promise<Score[]> {
  const scorer = await openScorer(spec, version.folder);
  const { probabilities, withheld } = await scorer.score(rows);
  const explained = await scorer.explain(rows);
  return explained.map((row, index) => {
    const probability = probabilities[index] ?? NaN;
    const judged = Number.isNaN(probability) ? { ...row, contributions: [] } : row;
    const most = row.contributions.length;
    return {
      model: version.about.model,
      version: version.about.version,
      output: spec.output,
      complement: spec.complement,
      key: keyOf(rows, spec, index),
      probability: Number.isNaN(probability) ? null : probability,
      withheld: withheld[index] ?? null,
      logOdds: row.logOdds,
      base: row.base,
      contributions: reasonsOf(judged, [most, most]),
      reasons: reasonsOf(judged, spec.explain.reasons).length,
    };
  });
}

function keyOf(rows: readonly Column[], { key }: ModelSpec, row: number): Record<string, string | null> {
  const ofKey = rows.filter(({ name }) => key.includes(name));
  return Object.fromEntries(
    ofKey.map(({ name, values }) => [name, values[row] === null ? null : String(values[row])]),
  );
}

/**
 * What a statement of the pipeline makes of reasons: feature -> text. It sees the given ones in place of the published, and
 * no reasons of other scores.
 */
async function wordsOf(
  pipeline: Pipeline,
  publication: Publication,
  session: Session,
  stage: string,
  keys: readonly Column[],
  reasons: readonly Reason[],
  locale: string,
): Promise<Map<string, string>> {
  const statement = [...pipeline.stages.values()].find(
    (other) => other.stage.statement?.facts.tables.has(reasonTable(stage)) === true && other.kind === "sql",
  )?.stage.statement;
  if (!statement) return new Map();
  for (const { name, stage: scoring } of pipeline.stages.values()) {
    const { facts } = statement;
    if (scoring.applies === undefined || !facts.tables.has(reasonTable(name))) continue;
    const none = await session.columns(`select * from main.${identifier(reasonTable(name))} limit 0`);
    await session.insert(reasonTable(name), name === stage ? reasonColumns(keys, [[...reasons]]) : none);
  }
  await defineFunctions(session, statement.facts);
  const parameters = Object.fromEntries(
    [...statement.facts.parameters.keys()].map((name) => [name, publication.parameters[name] ?? null]),
  );
  const result = await session.query(statement.sql, parameters).catch((error: unknown) => {
    throw sqlError(error, statement);
  });
  const column = `text_${locale}`;
  return new Map(
    records(result).map((row): [string, string] => [textOf(row["feature"]), textOf(row[column])]),
  );
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === "string" ? cell : "";
}
