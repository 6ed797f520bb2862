import type { RenderOptions, Results } from "../reports/index.js";
import type { Edition } from "./report-edition.js";

/** The formats in which a report can be had. */
export const reportFormats = ["html", "ipynb", "eml", "pdf"] as const;

export type ReportFormat = (typeof reportFormats)[number];

/** The formats of one cell's result. */
export const cellFormats = ["csv", "arrow"] as const;

export type CellFormat = (typeof cellFormats)[number];

/** A report in one format and language. */
export interface RenderedReport {
  content: string | Buffer;
  title: string;
  /** What was found, in words. */
  findings: string[];
  /** Charts that could not be drawn. */
  warnings: string[];
}

export interface DoorOptions extends RenderOptions {
  /** Path of the database of published tables, as seen from where people open Jupyter. */
  warehouse: string;
}

/**
 * Renders a report's results in one format.
 *
 * @throws UserError where a PDF is wanted and no Chromium is installed
 */
export async function renderReport(
  format: ReportFormat,
  { notebook, cellParameters }: Edition,
  results: Results,
  options: DoorOptions,
): Promise<RenderedReport> {
  const reports = await import("../reports/index.js");
  const silent = { title: "", findings: [], warnings: [] };
  switch (format) {
    case "html": {
      const { html, title, findings, warnings } = await reports.renderNotebook(notebook, results, options);
      return { content: html, title, findings, warnings };
    }
    case "ipynb": {
      const parametersOf = ({ name }: { name: string }) => cellParameters.get(name)?.own ?? [];
      return {
        content: await reports.renderJupyter(notebook, results, { ...options, parametersOf }),
        ...silent,
      };
    }
    case "eml": {
      const mail = await reports.renderMail(notebook, results, options);
      const envelope = { from: reports.unknownSender, to: [], date: new Date(options.run.as_of || 0) };
      return { content: await reports.composeMail(mail, envelope), ...silent };
    }
    case "pdf": {
      const { html } = await reports.renderNotebook(notebook, results, { ...options, runtime: undefined });
      return { content: await reports.printPdf(html, options.run.as_of), ...silent };
    }
  }
}
