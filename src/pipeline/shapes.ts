import type { UserError } from "../errors.js";
import { exitCodes } from "../errors.js";
import { defineFunctions } from "../stages/sql.js";
import { identifier, parquetScan, type Parameters, type Session } from "../warehouse/engine.js";
import type { Publication } from "../warehouse/publication.js";
import { isEngineError, sqlError } from "../warehouse/sql-error.js";
import type { Store } from "../warehouse/store.js";
import { latest } from "./parameters.js";
import type { OpenStage, Pipeline } from "./open.js";
import { emptyRelation, systemTables } from "./system-tables.js";

/** What is known of a pipeline's tables before anything has run. */
export interface Shapes {
  /** Mistakes in SQL files: columns, functions and types that do not fit. */
  errors: UserError[];
  /** Tables whose columns are not known: nothing that reads them can be checked. */
  unknown: Set<string>;
}

/** The parameters' values, with a date for `latest`: it is there for its type alone. */
export function shapeParameters({ parameters }: Pipeline, publication: Publication | undefined): Parameters {
  return Object.fromEntries(
    [...parameters].map(([name, value]) => [
      name,
      value === latest ? (publication?.parameters[name] ?? "2000-01-01") : value,
    ]),
  );
}

/**
 * Makes every table of a pipeline without rows in a session: loads from their contracts, statements by asking the engine
 * what their columns are, models' tables as they always are, and what only a run can tell as it was published last.
 */
export async function makeShapes(
  pipeline: Pipeline,
  session: Session,
  { store, publication }: { store: Store; publication: Publication | undefined },
): Promise<Shapes> {
  const parameters = shapeParameters(pipeline, publication);
  const errors: UserError[] = [];
  const unknown = new Set<string>();
  for (const [table, { relation }] of systemTables) {
    await makeTable(
      session,
      table,
      relation([], (file) => store.absolute(file)),
    );
  }
  await session.execute("create schema if not exists history");
  for (const { name, stage } of pipeline.stages.values()) {
    if (stage.history) await makeTable(session, `history.${name}`, historyRelation(stage.history.columns));
  }
  for (const name of pipeline.graph.order) {
    const opened = pipeline.stages.get(name);
    if (!opened) continue;
    if ([...opened.stage.reads.keys()].some((table) => unknown.has(table))) {
      for (const table of opened.stage.makes) unknown.add(table);
      continue;
    }
    for (const table of opened.stage.makes) {
      const relation = (await relationOf(opened, table)) ?? publishedRelation(table, store, publication);
      if (relation === undefined) unknown.add(table);
      else {
        try {
          await makeShape(session, opened, table, relation, parameters);
        } catch (error) {
          if (!isEngineError(error)) throw error;
          unknown.add(table);
          if (opened.stage.statement) errors.push(sqlError(error, opened.stage.statement, exitCodes.usage));
        }
      }
    }
  }
  return { errors, unknown };
}

/** A statement whose columns are those of a stage's table; undefined where only a run can tell. */
async function relationOf({ stage }: OpenStage, table: string): Promise<string | undefined> {
  if (stage.statement) return stage.statement.sql;
  if (stage.shapes) return (await stage.shapes())[table];
  if (!stage.contract) return undefined;
  const columns = Object.entries(stage.contract.columns).map(
    ([name, { type }]) => `null::${type} as ${identifier(name)}`,
  );
  return `select ${columns.join(", ")}`;
}

async function makeShape(
  session: Session,
  { stage }: OpenStage,
  table: string,
  relation: string,
  parameters: Parameters,
): Promise<void> {
  const { facts } = stage.statement ?? {};
  if (facts) await defineFunctions(session, facts);
  const names = [...(facts?.parameters.keys() ?? [])];
  await makeTable(
    session,
    table,
    relation,
    Object.fromEntries(names.map((name) => [name, parameters[name] ?? null])),
  );
}

async function makeTable(
  session: Session,
  table: string,
  relation: string,
  parameters: Parameters = {},
): Promise<void> {
  const name = table.split(".").map(identifier).join(".");
  await session.execute(`create table ${name} as select * from (\n${relation}\n) limit 0`, parameters);
}

function publishedRelation(
  table: string,
  store: Store,
  publication: Publication | undefined,
): string | undefined {
  const files = publication?.tables[table]?.files ?? [];
  if (files.length === 0) return undefined;
  return `select * from ${parquetScan(files.map((file) => store.absolute(file)))}`;
}

function historyRelation(columns: Readonly<Record<string, string>>): string {
  return emptyRelation(
    ["as_of date", ...Object.entries(columns).map(([name, type]) => `${name} ${type}`)].join(", "),
  );
}
