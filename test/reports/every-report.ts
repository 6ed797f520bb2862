import type { Browser } from "playwright-core";
import { openPipeline } from "../../src/pipeline/open.js";
import { makeIndexShapes } from "../../src/pipeline/index-report.js";
import { clean } from "../../src/reports/html.js";
import {
  loadRuntime,
  locales,
  type Locale,
  type QueryResult,
  type Results,
} from "../../src/reports/index.js";
import { renderReport, type ReportFormat } from "../../src/stages/report-door.js";
import { openEdition, queryEdition, renderOptions, type Edition } from "../../src/stages/report-edition.js";
import { currentPublication, openPublication } from "../../src/warehouse/publication.js";
import { Store } from "../../src/warehouse/store.js";
import { openSqlReader } from "../../src/warehouse/syntax.js";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostileStrings } from "./hostile.js";
import { overflow, visit } from "./browser.js";

/** A report of a project and the results of its cells over what is published there. */
export interface OpenReport {
  name: string;
  edition: Edition;
  results: Results;
  parameters: Record<string, string | number>;
}

/** Every report that a project's nightly pipeline has, the index too, over the published tables. */
export async function everyReport(folder: string): Promise<OpenReport[]> {
  const pipeline = await openPipeline(join(folder, "pipelines/nightly.yaml"));
  const files = [...pipeline.stages].flatMap(([name, { spec }]) =>
    "report" in spec ? [{ name, file: spec.report }] : [],
  );
  if (pipeline.spec.index !== undefined) files.push({ name: "index", file: pipeline.spec.index });
  const store = new Store(join(folder, "data/store"));
  const publication = await currentPublication(store);
  if (!publication) throw new Error("nothing is published");
  const sql = await openSqlReader();
  const engine = await openPublication(store, publication);
  const session = await engine.connect();
  try {
    const reports: OpenReport[] = [];
    for (const { name, file } of files) {
      const text = readFileSync(join(folder, file), "utf8");
      const context = { project: folder, sql, locales, currency: "EUR", timeZone: "Europe/Rome" };
      const edition = await openEdition({ name: file, text }, context);
      if (name === "index") await makeIndexShapes(session, edition, new Set());
      const { parameters } = publication;
      reports.push({ name, edition, parameters, results: await queryEdition(edition, session, parameters) });
    }
    return reports;
  } finally {
    session.close();
    engine.close();
    sql.close();
  }
}

/** Rows that every result has: enough to show hostile text in every cell, and not more than a chart draws quickly. */
const plantedRows = 12;

/** How often each hostile string stands in a report: not every result is shown in full. */
const copies = 3;

/** Results with hostile strings in place of every text: all of them, several in a cell where there are few cells. */
export function planted(results: Results): Results {
  const isText = ({ type }: QueryResult["columns"][number]) => type === "VARCHAR";
  const cells = [...results.values()].reduce(
    (sum, { columns }) => sum + columns.filter(isText).length * plantedRows,
    0,
  );
  const together = Math.max(1, Math.ceil((copies * hostileStrings.length) / Math.max(cells, 1)));
  let position = 0;
  const next = () =>
    Array.from({ length: together }, () => hostileStrings[position++ % hostileStrings.length]).join(" ");
  const plantedIn = ({ columns, rows }: QueryResult): QueryResult => ({
    columns,
    rows: Array.from({ length: plantedRows }, (_, index) => {
      const row = rows[index] ?? rows[0] ?? [];
      return columns.map((column, at) => (isText(column) ? next() : (row[at] ?? null)));
    }),
  });
  return new Map([...results].map(([name, result]) => [name, plantedIn(result)]));
}

export async function renderAs(
  format: ReportFormat,
  { name, edition, parameters }: OpenReport,
  results: Results,
  locale: Locale,
): Promise<string> {
  const run = { id: "hostile", as_of: "2026-10-31", engine: "duckdb" };
  const options = {
    ...renderOptions({ ...edition, runtime: loadRuntime() }, locale, { run, params: parameters }),
    reports: new Map([[name, "A report"]]),
    warehouse: "warehouse.duckdb",
  };
  const { content } = await renderReport(format, edition, results, options);
  return content.toString();
}

/** What a page with hostile text must not do, found by opening it. */
export async function misdeedsOf(
  browser: Browser,
  html: string,
  width: number,
  scripts: boolean,
): Promise<string[]> {
  const found: string[] = [];
  const misdeeds = await visit(browser, html, { width, scripts }, async (page) => {
    if (scripts && (await page.evaluate(() => "hit" in window || document.title === "hit")))
      found.push("code ran");
    if ((await overflow(page)) > 0) found.push("wider than the screen");
    const foreign = await page
      .locator(
        "img, iframe, object, embed, math, form, input, animate, link:not([rel=icon]), [onclick], [onload], [onerror]",
      )
      .count();
    if (foreign > 0) found.push("markup became elements");
  });
  return [...misdeeds, ...found];
}

/** Of the strings planted in a report, how many its page says as text. */
export function saidAsText(html: string): string[] {
  const text = html
    .replace(/<(script|style)[^]*?<\/\1>/g, " ")
    .replace(/<[^>]*>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");
  return hostileStrings.filter((string) => text.includes(clean(string)));
}
