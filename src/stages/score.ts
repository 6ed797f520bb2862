import { join } from "node:path";
import { z } from "zod";
import { identifier, type Column } from "../warehouse/engine.js";
import { keepSelects } from "./keep-tables.js";
import { checkFeatures, type PlaceOf } from "./model-columns.js";
import { columnOf } from "./model-data.js";
import { openModel } from "./model-file.js";
import type { ModelSpec } from "./model-spec.js";
import { readAhead } from "./read-ahead.js";
import { reasonColumns, reasonsOf, reasonTypes } from "./reasons.js";
import type { Scorer } from "./scorer.js";
import { tableFields, type RunContext, type Stage, type StageKind, type StageResult } from "./stage.js";

const schema = z.strictObject({
  score: z.string().describe("A model file"),
  on: z.string().describe("The table whose rows to score: it has the model's key and features"),
  ...tableFields,
});

type ScoreSpec = z.output<typeof schema>;

/**
 * Applies the champion of a model to the rows of a table. It makes the table of scores, and beside it
 * `<stage>_reasons`: why the rows on the model's list have the score that they have. Without a champion both are empty.
 */
export const score: StageKind<ScoreSpec> = {
  schema,
  async open(spec, context): Promise<Stage> {
    const { data, placeOf, file } = await openModel(spec.score, "score", context);
    const table = spec.on.toLowerCase();
    return {
      reads: new Map([[table, context.place("on")]]),
      parameters: new Set<string>(),
      makes: [context.name, reasonTable(context.name)],
      shapes: () => Promise.resolve(scoreShapes(context.name, data, table)),
      identity: () => Promise.resolve({ model: data, on: table }),
      applies: file,
      ...(spec.history ? { history: spec.history } : {}),
      run: (run) => scoreTable(run, data, table, placeOf),
    };
  },
};

/** The table of the reasons that a stage gives for its scores. */
export function reasonTable(stage: string): string {
  return `${stage}_reasons`;
}

/** For each table that the stage makes a SELECT with its columns. */
function scoreShapes(stage: string, spec: ModelSpec, table: string): Record<string, string> {
  const key = spec.key.map(identifier).join(", ");
  const withheld = spec.kind === "text" ? `, null::varchar as ${identifier(`${spec.output}_withheld`)}` : "";
  const reasons = Object.entries(reasonTypes).map(([name, type]) => `null::${type} as ${identifier(name)}`);
  return {
    [stage]: `select ${key}, null::double as ${identifier(spec.output)}${withheld} from ${identifier(table)}`,
    [reasonTable(stage)]: `select ${key}, ${reasons.join(", ")} from ${identifier(table)}`,
  };
}

async function scoreTable(
  run: RunContext,
  spec: ModelSpec,
  table: string,
  place: PlaceOf,
): Promise<StageResult> {
  await checkFeatures(run, spec, table, place);
  await makeTables(run, spec, table);
  const { folder } = run.model ?? {};
  if (folder !== undefined) {
    const { openScorer } = await import("./scorer.js");
    const scorer = await openScorer(spec, join(run.project, folder));
    await scoreRows(run, spec, table, scorer);
    await explainRows(run, spec, table, scorer);
  }
  return keepTables(run, spec, table);
}

/** Empty tables of this session: scores in the order of the rows that are scored, and reasons by key. */
async function makeTables({ session }: RunContext, spec: ModelSpec, table: string): Promise<void> {
  const keys = spec.key.map((name): Column => ({ name, type: "text", values: [] }));
  const key = spec.key.map(identifier).join(", ");
  await session.insert(
    "scores",
    scoreColumns({ probabilities: new Float64Array(0), worth: new Float64Array(0), withheld: [] }),
  );
  await session.execute(`
    create or replace temp view scored as
    select ${key}, scores.probability, scores.worth, scores.withheld
    from (select ${key}, row_number() over () as score_row from ${identifier(table)})
    join (select *, row_number() over () as score_row from temp.scores) as scores using (score_row)`);
  await session.insert("reasons", reasonColumns(keys, []));
}

interface BatchScores {
  probabilities: Float64Array;
  worth: Float64Array;
  withheld: (string | null)[];
}

function scoreColumns({ probabilities, worth, withheld }: BatchScores): Column[] {
  return [
    { name: "probability", type: "number", values: probabilities },
    { name: "worth", type: "number", values: worth },
    { name: "withheld", type: "text", values: withheld },
  ];
}

async function scoreRows(run: RunContext, spec: ModelSpec, table: string, scorer: Scorer): Promise<void> {
  let scored = 0;
  const batches = run.session.batches(`select ${featureColumns(spec)} from ${identifier(table)}`);
  for await (const rows of readAhead(batches)) {
    const { probabilities, withheld } = await scorer.score(rows);
    const worth =
      spec.kind === "tabular" && spec.worth !== undefined ? columnOf(rows, spec.worth).values : [];
    const weights = probabilities.map((_, row) => Number(worth[row] ?? 1));
    await run.session.append("scores", scoreColumns({ probabilities, worth: weights, withheld }));
    scored += probabilities.length;
    run.progress(`${scored} rows scored`);
  }
}

/** Explains the rows with the highest scores times worth: they are read a second time, by their keys. */
async function explainRows(run: RunContext, spec: ModelSpec, table: string, scorer: Scorer): Promise<void> {
  const { rows: most, reasons } = spec.explain;
  const key = spec.key.map(identifier).join(", ");
  const rows = await run.session.columns(`
    with listed as (
      select ${keyAsText(spec)} from scored where probability is not null
      order by probability * coalesce(worth, 0) desc, ${key} limit ${most}
    ),
    candidates as (select ${keyAndFeatureColumns(spec)} from ${identifier(table)})
    select candidates.* from candidates join listed using (${key}) order by ${key}`);
  run.progress(`explaining ${rows[0]?.values.length ?? 0} rows`);
  const explained = await scorer.explain(rows);
  await run.session.append(
    "reasons",
    reasonColumns(
      keysOf(rows, spec),
      explained.map((row) => reasonsOf(row, reasons)),
    ),
  );
}

/** What a model reads of a row. */
function featureColumns(spec: ModelSpec): string {
  if (spec.kind === "tabular") return "*";
  return [spec.features.text, ...spec.features.numbers].map(identifier).join(", ");
}

/** The same with the row's key as text. */
function keyAndFeatureColumns(spec: ModelSpec): string {
  if (spec.kind === "tabular") return `* replace (${keyAsText(spec)})`;
  const features = [spec.features.text, ...spec.features.numbers].filter((name) => !spec.key.includes(name));
  return [keyAsText(spec), ...features.map(identifier)].join(", ");
}

function keyAsText({ key }: ModelSpec): string {
  return key.map((name) => `${identifier(name)}::varchar as ${identifier(name)}`).join(", ");
}

function keysOf(rows: readonly Column[], { key }: ModelSpec): Column[] {
  return key.map((name) => columnOf(rows, name));
}

async function keepTables(run: RunContext, spec: ModelSpec, table: string): Promise<StageResult> {
  const names = spec.key.map(identifier);
  const types = await run.session.describe(`select ${names.join(", ")} from ${identifier(table)}`);
  const key = types.map(({ name, type }) => `${identifier(name)}::${type} as ${identifier(name)}`).join(", ");
  const withheld = spec.kind === "text" ? `, withheld as ${identifier(`${spec.output}_withheld`)}` : "";
  const columns = Object.entries(reasonTypes).map(([name, type]) => `${name}::${type} as ${name}`);
  const kept = await keepSelects(run, [
    [
      run.name,
      `select ${names.join(", ")}, probability as ${identifier(spec.output)}${withheld} from scored order by all`,
    ],
    [
      reasonTable(run.name),
      `select ${key}, ${columns.join(", ")} from temp.reasons order by ${names.join(", ")}, rank`,
    ],
  ]);
  if (run.model?.folder === undefined) return { ...kept, summary: "no model, no scores" };
  const rows = kept.tables[run.name]?.rows ?? 0;
  return { ...kept, summary: `${rows} rows with ${run.model.name} ${run.model.version}` };
}
