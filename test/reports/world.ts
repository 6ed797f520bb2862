import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  composeQueries,
  notebookQueries,
  parseNotebook,
  parseStrings,
  parseTheme,
  queryCells,
  renderNotebook,
  validateNotebook,
  type Locale,
  type Notebook,
  type Rendered,
  type Results,
  type Runtime,
} from "../../src/reports/index.js";
import type { UserError } from "../../src/errors.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";

const read = (file: string) => readFileSync(file, "utf8");

export const theme = parseTheme(read("reports/theme.yaml"), "reports/theme.yaml");

export const strings = {
  en: parseStrings(read("reports/locales/en.yaml"), "reports/locales/en.yaml"),
  it: parseStrings(read("reports/locales/it.yaml"), "reports/locales/it.yaml"),
};

export const run = { id: "20261121-0300", as_of: "2026-11-20", engine: "DuckDB" };

export const options = (locale: Locale, runtime?: Runtime) => ({
  locale,
  strings: strings[locale],
  theme,
  currency: "EUR",
  timeZone: "Europe/Rome",
  run,
  runtime,
});

/** Renders results that need no engine. */
export function renderText(
  text: string,
  results: Results,
  locale: Locale = "en",
  runtime?: Runtime,
): Promise<Rendered> {
  return renderNotebook(parseNotebook(text, "notebook.md"), results, options(locale, runtime));
}

/** What a folder's notebook is rendered from: its own tables. */
export async function openFolder(
  folder: string,
): Promise<{ notebook: Notebook; results: Results; errors: UserError[] }> {
  const engine = await openDuckDb();
  const session = await engine.connect();
  try {
    const tables = join(folder, "tables.sql");
    if (existsSync(tables)) await session.execute(read(tables));
    const file = join(folder, "notebook.md");
    const notebook = parseNotebook(read(file), file);
    const cells = notebookQueries(notebook);
    const reads = new Map(cells.map(({ name, sql }) => [name, namesAfterFrom(sql)]));
    const queries = composeQueries(cells, reads);
    const errors = await validateNotebook(notebook, queries, ({ sql }) => session.describe(sql));
    return { notebook, results: await queryCells(queries, ({ sql }) => session.query(sql)), errors };
  } finally {
    session.close();
    engine.close();
  }
}

/** Runs the notebook of a folder over its tables and renders it in both languages. */
export async function renderFolder(
  folder: string,
  runtime?: Runtime,
): Promise<{ errors: UserError[]; pages: Record<Locale, Rendered> }> {
  const { notebook, results, errors } = await openFolder(folder);
  const render = (locale: Locale) => renderNotebook(notebook, results, options(locale, runtime));
  return { errors, pages: { en: await render("en"), it: await render("it") } };
}

/** Enough of a parser for the SQL of these tests. */
const namesAfterFrom = (sql: string): string[] =>
  [...sql.matchAll(/\b(?:from|join)\s+(\w+)/gi)].flatMap(([, name]) => name ?? []);
