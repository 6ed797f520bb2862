import { existsSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { UserError, UserErrors } from "../errors.js";
import type { Locale, Mail, Results } from "../reports/index.js";
import {
  renderReport,
  type CellFormat,
  type RenderedReport,
  type ReportFormat,
} from "../stages/report-door.js";
import {
  boundParameters,
  openEdition,
  queryEdition,
  renderOptions,
  validateEdition,
  type Edition,
} from "../stages/report-edition.js";
import type { ProjectFile } from "../stages/stage.js";
import { suggest } from "../suggest.js";
import { identifier, parquetScan, type Parameters, type Session } from "../warehouse/engine.js";
import { currentPublication, openPublication, type Publication } from "../warehouse/publication.js";
import { spreadsheetColumns } from "../warehouse/spreadsheet.js";
import { Store } from "../warehouse/store.js";
import { openSqlReader } from "../warehouse/syntax.js";
import { indexName } from "./index-report.js";
import { readPipelineFile, type PipelineFile } from "./pipeline-file.js";
import { findFile, projectOf, readProjectFile } from "./project.js";
import { emptyRelation } from "./system-tables.js";

/** A notebook over the published tables, outside of a run. */
export interface PublishedReport {
  /** A report's stage, or the notebook's file name without its ending. */
  name: string;
  locales: Locale[];
  /** Absolute paths of the files that it is made from. */
  files: string[];
  /** Renders one language in one format; `folder` is where the file will lie. */
  render(format: ReportFormat, locale: Locale, folder: string): Promise<RenderedReport>;
  /** One language as an e-mail message. */
  mail(locale: Locale): Promise<Mail>;
  /** The result of one cell: CSV whose texts no spreadsheet runs as formulas, or an Arrow IPC file. */
  cell(name: string, format: CellFormat): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a report by the name of its stage, or any notebook by its file, over what a pipeline has published.
 *
 * @throws UserErrors when there is no such report, nothing is published, or the notebook is wrong
 */
export async function openPublishedReport(
  nameOrFile: string,
  pipelineFile: string,
  locale: string | undefined,
): Promise<PublishedReport> {
  const project = projectOf(pipelineFile);
  const pipeline = readPipelineFile(pipelineFile, project);
  const file = reportFile(nameOrFile, pipeline, project);
  const { spec } = pipeline;
  const store = new Store(resolve(project, spec.store));
  const publication = await currentPublication(store);
  if (!publication) {
    throw new UserError(`${store.folder}: nothing is published yet`, {
      hint: "Run a pipeline to its end first: ancora run.",
    });
  }
  const edition = await readEdition(file, pipeline, project, locale);
  const folder = await realpath(await mkdtemp(join(tmpdir(), "ancora-report-")));
  const engine = await openPublication(store, publication, { otherFolder: folder });
  const session = await engine.connect();
  const close = async () => {
    session.close();
    engine.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await hideTonight(edition, { session, store, publication, pipeline });
    const errors = await validateEdition(edition, session, publication.parameters);
    if (errors.length > 0) throw new UserErrors(errors);
  } catch (error) {
    await close();
    throw error;
  }
  const name = Object.hasOwn(spec.stages, nameOrFile) ? nameOrFile : basename(nameOrFile, ".md");
  const engineName = `${engine.name} ${engine.version}`;
  return publishedReport(name, { project, edition, session, engineName, folder, store, publication, close });
}

interface Opened {
  project: string;
  edition: Edition;
  session: Session;
  engineName: string;
  /** For files on their way. */
  folder: string;
  store: Store;
  publication: Publication;
  close: () => Promise<void>;
}

function publishedReport(
  name: string,
  { project, edition, session, engineName, folder, store, publication, close }: Opened,
): PublishedReport {
  const { parameters } = publication;
  const run = {
    id: (publication.stages[name] ?? publication.id).slice(0, 8),
    as_of: String(parameters.as_of ?? ""),
    engine: engineName,
  };
  let queried: Promise<Results> | undefined;
  const results = () => (queried ??= queryEdition(edition, session, parameters));
  const optionsIn = (locale: Locale) => renderOptions(edition, locale, { run, params: parameters });
  return {
    name,
    locales: [...edition.strings.keys()],
    files: Object.keys(edition.texts).map((text) => resolve(project, text)),
    render: async (format, locale, at) => {
      const warehouse = relative(at, store.absolute("warehouse.duckdb"));
      return renderReport(format, edition, await results(), { ...optionsIn(locale), warehouse });
    },
    mail: async (locale) => {
      const { renderMail } = await import("../reports/index.js");
      return renderMail(edition.notebook, await results(), optionsIn(locale));
    },
    cell: async (cell, format) => {
      const query = edition.queries.find((candidate) => candidate.name === cell);
      if (!query) {
        const names = edition.queries.map((candidate) => candidate.name);
        throw new UserError(`${edition.notebook.file} has no cell ${cell}`, { hint: suggest(cell, names) });
      }
      const bound = boundParameters(edition, query, parameters);
      return format === "csv"
        ? csv(session, query.sql, bound, join(folder, "cell.csv"))
        : arrow(session, query.sql, bound);
    },
    close,
  };
}

async function csv(session: Session, sql: string, bound: Parameters, file: string): Promise<Uint8Array> {
  await session.execute(`create or replace temp table result as ${sql}`, bound);
  const columns = await spreadsheetColumns(session, "temp.result");
  await session.copy(`select ${columns} from temp.result`, file, "csv");
  return readFile(file);
}

async function arrow(session: Session, sql: string, bound: Parameters): Promise<Uint8Array> {
  const { tableToIPC } = await import("apache-arrow");
  return tableToIPC(await session.arrow(sql, bound), "file");
}

function reportFile(
  nameOrFile: string,
  { spec, placeOf, fileOf }: PipelineFile,
  project: string,
): ProjectFile {
  const stage = Object.hasOwn(spec.stages, nameOrFile) ? spec.stages[nameOrFile] : undefined;
  if (stage && "report" in stage) {
    const path = ["stages", nameOrFile, "report"];
    return findFile(stage.report, fileOf(path), project, placeOf(path));
  }
  if (isIndex(nameOrFile, spec.index, project)) {
    const places = spec.locales.map((locale) => join(spec.reports, `${indexName}.${locale}.html`));
    throw new UserError("the index tells of a whole run: it is rendered when one publishes, and not alone", {
      hint: `Open ${places.join(" or ")}; after a change to ${spec.index} run the pipeline again, which renders it alone where nothing else is new.`,
    });
  }
  if (existsSync(nameOrFile)) return readProjectFile(resolve(nameOrFile), project);
  const names = Object.entries(spec.stages).flatMap(([name, other]) => ("report" in other ? [name] : []));
  throw new UserError(`${nameOrFile} is neither a file nor a report of the pipeline`, {
    hint: suggest(nameOrFile, names),
  });
}

/** Whether a name or file means the notebook of the pipeline's index. */
function isIndex(nameOrFile: string, index: string | undefined, project: string): boolean {
  return index !== undefined && (nameOrFile === indexName || resolve(nameOrFile) === join(project, index));
}

async function readEdition(
  file: ProjectFile,
  { spec }: PipelineFile,
  project: string,
  locale: string | undefined,
): Promise<Edition> {
  const locales = locale === undefined ? spec.locales : spec.locales.filter((known) => known === locale);
  if (locales.length === 0) {
    throw new UserError(`--locale ${locale}: expected one of ${spec.locales.join(", ")}`, {
      hint: "Name a language that the pipeline lists under locales.",
    });
  }
  const sql = await openSqlReader();
  try {
    return await openEdition(file, {
      project,
      sql,
      locales,
      currency: spec.currency,
      timeZone: spec.time_zone,
    });
  } finally {
    sql.close();
  }
}

/** A run reads of `history` only what earlier dates have left; so does a report after it. */
async function hideTonight(
  { tables }: Edition,
  {
    session,
    store,
    publication,
    pipeline,
  }: { session: Session; store: Store; publication: Publication; pipeline: PipelineFile },
): Promise<void> {
  const asOf = String(publication.parameters.as_of ?? "");
  for (const table of tables.keys()) {
    const name = /^history\.(.*)$/.exec(table)?.[1];
    if (name === undefined) continue;
    const parts = (publication.history[name] ?? []).filter((part) => part.asOf < asOf);
    const stage = pipeline.spec.stages[name];
    const columns = stage && "history" in stage && stage.history ? stage.history.columns : {};
    const relation =
      parts.length > 0
        ? `select * from ${parquetScan(parts.map(({ file }) => store.absolute(file)))}`
        : emptyRelation(
            ["as_of date", ...Object.entries(columns).map(([column, type]) => `${column} ${type}`)].join(
              ", ",
            ),
          );
    await session.execute(`create or replace view history.${identifier(name)} as ${relation}`);
  }
}
