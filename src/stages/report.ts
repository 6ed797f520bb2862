import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { exitCodes, UserError, UserErrors, type Place } from "../errors.js";
import type { ComposedQuery, Locale, Notebook, Runtime, Strings, Theme } from "../reports/index.js";
import type { Parameters, Session } from "../warehouse/engine.js";
import { sqlError } from "../warehouse/sql-error.js";
import { readFurniture } from "./furniture.js";
import type { OpenContext, RunContext, Stage, StageKind, StageResult } from "./stage.js";

const schema = z.strictObject({
  report: z.string().describe("A notebook: Markdown with SQL and chart cells"),
  description: z.string().optional(),
});

type ReportSpec = z.output<typeof schema>;

/** What a report is rendered from, besides data. */
interface Edition {
  notebook: Notebook;
  queries: ComposedQuery[];
  /** Parameters that each cell's statement has. */
  cellParameters: Map<string, Set<string>>;
  theme: Theme;
  strings: Map<Locale, Strings>;
  currency: string;
  timeZone: string;
  project: string;
  /** The scripts that make charts interactive; a page without them is complete. */
  runtime: Runtime | undefined;
}

/** Renders a notebook as one self-contained page in each language. */
export const report: StageKind<ReportSpec> = {
  schema,
  async open(spec, context): Promise<Stage> {
    const file = await context.file(spec.report, "report");
    const texts: Record<string, string> = { [file.name]: file.text };
    const read = (name: string) => (texts[name] = readFileSync(join(context.project, name), "utf8"));
    const { isLocale, loadRuntime, parseNotebook, parseStrings, parseTheme } =
      await import("../reports/index.js");
    const notebook = parseNotebook(file.text, file.name, read);
    const { queries, cellParameters, tables } = await readCells(notebook, context);
    const furniture = (name: string) => (texts[name] = readFurniture(name, context.project));
    const theme = parseTheme(furniture("reports/theme.yaml"), "reports/theme.yaml");
    const strings = new Map(
      context.locales.filter(isLocale).map((locale) => {
        const name = `reports/locales/${locale}.yaml`;
        return [locale, parseStrings(furniture(name), name)];
      }),
    );
    const { currency, timeZone, project } = context;
    const runtime = loadRuntime();
    const edition = {
      notebook,
      queries,
      cellParameters,
      theme,
      strings,
      currency,
      timeZone,
      project,
      runtime,
    };
    return {
      reads: tables,
      parameters: new Set(context.parameters),
      makes: [],
      identity: () =>
        Promise.resolve({
          texts,
          locales: [...strings.keys()],
          currency,
          timeZone,
          scripts: runtime?.hashes,
        }),
      validate: (session, parameters) => validate(edition, session, parameters),
      run: (run) => render(run, edition),
    };
  },
};

async function readCells(notebook: Notebook, context: OpenContext) {
  const { composeQueries, notebookQueries } = await import("../reports/index.js");
  const cells = notebookQueries(notebook);
  const reads = new Map<string, string[]>();
  const cellParameters = new Map<string, Set<string>>();
  const places = new Map<string, Place>();
  for (const cell of cells) {
    const facts = await context.sql.read(cell.sql, cell.place.file, cell.place.line);
    reads.set(cell.name, [...facts.tables.keys()]);
    const earlier = [...facts.tables.keys()].flatMap((name) => [...(cellParameters.get(name) ?? [])]);
    cellParameters.set(cell.name, new Set([...facts.parameters.keys(), ...earlier]));
    for (const [table, place] of facts.tables) if (!places.has(table)) places.set(table, place);
  }
  const queries = composeQueries(cells, reads);
  const tables = new Map(
    queries.flatMap((query) => query.tables.map((table) => [table, places.get(table) ?? query.place])),
  );
  return { queries, cellParameters, tables };
}

/** Only the parameters that a cell's statement has: the engine refuses others. */
function bound(
  { cellParameters, notebook }: Edition,
  cell: ComposedQuery,
  parameters: Parameters,
): Parameters {
  const values: Parameters = { ...notebook.params, ...parameters };
  const needed = [...(cellParameters.get(cell.name) ?? [])];
  return Object.fromEntries(needed.map((name) => [name, values[name] ?? null]));
}

async function validate(edition: Edition, session: Session, parameters: Parameters): Promise<UserError[]> {
  const { validateNotebook } = await import("../reports/index.js");
  const describe = (cell: ComposedQuery) =>
    session.describe(cell.sql, bound(edition, cell, parameters)).catch((error: unknown) => {
      throw cellError(error, cell);
    });
  return validateNotebook(edition.notebook, edition.queries, describe, Object.keys(parameters));
}

async function render(run: RunContext, edition: Edition): Promise<StageResult> {
  const { queryCells, renderNotebook } = await import("../reports/index.js");
  const errors = await validate(edition, run.session, run.parameters);
  if (errors.length > 0) throw new UserErrors(errors);
  const results = await queryCells(edition.queries, (cell) =>
    run.session.query(cell.sql, bound(edition, cell, run.parameters)).catch((error: unknown) => {
      throw cellError(error, cell);
    }),
  );
  const reports: Record<string, string> = {};
  const findings: Record<string, string[]> = {};
  const notices = new Set<string>();
  for (const [locale, strings] of edition.strings) {
    run.progress(locale);
    const rendered = await renderNotebook(edition.notebook, results, {
      locale,
      strings,
      theme: edition.theme,
      currency: edition.currency,
      timeZone: edition.timeZone,
      runtime: edition.runtime,
      params: run.parameters,
      run: { id: run.fingerprint.slice(0, 8), as_of: String(run.parameters.as_of ?? ""), engine: run.engine },
    });
    for (const warning of rendered.warnings) notices.add(warning);
    const { file } = await run.store.write(run.name, `${run.fingerprint}.${locale}`, "html", (temporary) =>
      writeFile(temporary, rendered.html),
    );
    reports[locale] = file;
    findings[locale] = rendered.findings;
  }
  return {
    files: Object.values(reports),
    tables: {},
    summary: `in ${[...edition.strings.keys()].join(" and ")}`,
    notices: [...notices],
    reports,
    findings,
  };
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
