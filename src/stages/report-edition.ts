import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes, UserError, type Place } from "../errors.js";
import type {
  CellResult,
  ComposedQuery,
  Locale,
  Notebook,
  RenderOptions,
  Results,
  Runtime,
  Strings,
  Theme,
} from "../reports/index.js";
import type { Parameters, Session } from "../warehouse/engine.js";
import { sqlError } from "../warehouse/sql-error.js";
import { readFurniture } from "./furniture.js";
import type { OpenContext } from "./stage.js";

/** What a report is rendered from, besides data. */
export interface Edition {
  notebook: Notebook;
  queries: ComposedQuery[];
  /** Parameters that each cell's own statement has, and those of the cells that it reads as well. */
  cellParameters: ReadonlyMap<string, { own: ReadonlySet<string>; all: ReadonlySet<string> }>;
  /** Tables that its cells read, with the place of their first mention. */
  tables: Map<string, Place>;
  theme: Theme;
  strings: Map<Locale, Strings>;
  currency: string;
  timeZone: string;
  /** The scripts that make charts interactive; a page without them is complete. */
  runtime: Runtime | undefined;
  /** Every text file that it is made from, by name. */
  texts: Record<string, string>;
}

type EditionContext = Pick<OpenContext, "project" | "sql" | "locales" | "currency" | "timeZone">;

/**
 * Reads a notebook and all that its pages are made with.
 *
 * @throws UserErrors with file and line of each mistake
 */
export async function openEdition(
  file: { name: string; text: string },
  context: EditionContext,
): Promise<Edition> {
  const texts: Record<string, string> = { [file.name]: file.text };
  const read = (name: string) => (texts[name] = readFileSync(join(context.project, name), "utf8"));
  const { isLocale, loadRuntime, parseNotebook, parseStrings, parseTheme } =
    await import("../reports/index.js");
  const notebook = parseNotebook(file.text, file.name, read);
  const furniture = (name: string) => (texts[name] = readFurniture(name, context.project));
  const theme = parseTheme(furniture("reports/theme.yaml"), "reports/theme.yaml");
  const strings = new Map(
    context.locales.filter(isLocale).map((locale) => {
      const name = `reports/locales/${locale}.yaml`;
      return [locale, parseStrings(furniture(name), name)];
    }),
  );
  const { currency, timeZone } = context;
  const cells = await readCells(notebook, context);
  return { notebook, ...cells, theme, strings, currency, timeZone, runtime: loadRuntime(), texts };
}

async function readCells(
  notebook: Notebook,
  { sql }: EditionContext,
): Promise<Pick<Edition, "queries" | "cellParameters" | "tables">> {
  const { composeQueries, notebookQueries } = await import("../reports/index.js");
  const cells = notebookQueries(notebook);
  const reads = new Map<string, string[]>();
  const cellParameters = new Map<string, { own: Set<string>; all: Set<string> }>();
  const places = new Map<string, Place>();
  for (const cell of cells) {
    const facts = await sql.read(cell.sql, cell.place.file, cell.place.line);
    reads.set(cell.name, [...facts.tables.keys()]);
    const own = new Set(facts.parameters.keys());
    const earlier = [...facts.tables.keys()].flatMap((name) => [...(cellParameters.get(name)?.all ?? [])]);
    cellParameters.set(cell.name, { own, all: new Set([...own, ...earlier]) });
    for (const [table, place] of facts.tables) if (!places.has(table)) places.set(table, place);
  }
  const queries = composeQueries(cells, reads);
  const tables = new Map(
    queries.flatMap((query) => query.tables.map((table) => [table, places.get(table) ?? query.place])),
  );
  return { queries, cellParameters, tables };
}

/** Only the parameters that a cell's statement has: the engine refuses others. */
export function boundParameters(
  { cellParameters, notebook }: Edition,
  cell: ComposedQuery,
  parameters: Parameters,
): Parameters {
  const values: Parameters = { ...notebook.params, ...parameters };
  const needed = [...(cellParameters.get(cell.name)?.all ?? [])];
  return Object.fromEntries(needed.map((name) => [name, values[name] ?? null]));
}

/** Finds what `validateNotebook` finds, in a session that sees the tables but the `unknown` ones. */
export async function validateEdition(
  edition: Edition,
  session: Session,
  parameters: Parameters,
  unknown: ReadonlySet<string> = new Set(),
): Promise<UserError[]> {
  const { validateNotebook } = await import("../reports/index.js");
  const describe = (cell: ComposedQuery) =>
    session.describe(cell.sql, boundParameters(edition, cell, parameters)).catch((error: unknown) => {
      if (isMissing(error, unknown)) return undefined;
      throw cellError(error, cell);
    });
  return validateNotebook(edition.notebook, edition.queries, describe, Object.keys(parameters));
}

/** Runs every cell; of large results only the first rows leave the engine. @throws UserError with the place of the cell whose SQL fails */
export async function queryEdition(
  edition: Edition,
  session: Session,
  parameters: Parameters,
): Promise<Results> {
  const { maxCellRows, queryCells } = await import("../reports/index.js");
  return queryCells(edition.queries, (cell) =>
    firstRows(session, cell.sql, boundParameters(edition, cell, parameters), maxCellRows).catch(
      (error: unknown) => {
        throw cellError(error, cell);
      },
    ),
  );
}

/** At most so many rows of a result, and where there are more, how many. */
async function firstRows(
  session: Session,
  sql: string,
  parameters: Parameters,
  most: number,
): Promise<CellResult> {
  const result = await session.query(`select * from (\n${sql}\n) limit ${most + 1}`, parameters);
  if (result.rows.length <= most) return result;
  const counted = await session.query(`select count(*) from (\n${sql}\n)`, parameters);
  return { ...result, rows: result.rows.slice(0, most), total: Number(counted.rows[0]?.[0]) };
}

/** What an edition is rendered with in one of its languages. */
export function renderOptions(
  { theme, strings, currency, timeZone, runtime }: Edition,
  locale: Locale,
  { run, params }: Pick<RenderOptions, "run" | "params">,
): RenderOptions {
  const words = strings.get(locale);
  if (!words) throw new Error(`${locale} is not one of the report's languages`);
  return { locale, strings: words, theme, currency, timeZone, runtime, run, ...(params ? { params } : {}) };
}

/** Whether a statement fails for nothing but a table of which nothing is known. */
function isMissing(error: unknown, unknown: ReadonlySet<string>): boolean {
  const table = /Table with name "?([\w.]+)"? does not exist/.exec(
    error instanceof Error ? error.message : "",
  )?.[1];
  return table !== undefined && [...unknown].some((name) => name === table || name.endsWith(`.${table}`));
}

function cellError(error: unknown, cell: ComposedQuery): UserError {
  const { file, line = 1 } = cell.place;
  const found = sqlError(error, { sql: cell.sql, file, firstLine: line });
  return new UserError(`cell ${cell.name}: ${found.message}`, {
    exitCode: exitCodes.stageFailed,
    place: found.place ?? cell.place,
    ...(found.hint ? { hint: found.hint } : {}),
    cause: error,
  });
}
