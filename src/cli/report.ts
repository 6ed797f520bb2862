import { Command, Option } from "commander";
import { dirname, join, relative, resolve } from "node:path";
import { UserError } from "../errors.js";
import type { PublishedReport } from "../pipeline/published-report.js";
import { cellFormats, reportFormats, type CellFormat, type ReportFormat } from "../stages/report-door.js";
import { writeDurably } from "../warehouse/durable.js";
import { defaultPipeline, repeatable, withCommonOptions } from "./options.js";
import { failure, log, print, printJson } from "./output.js";
import { onSave } from "./watch.js";

interface ReportOptions {
  pipeline: string;
  format: ReportFormat | CellFormat;
  cell?: string;
  locale?: string;
  output?: string;
  sendTo: string[];
  watch?: boolean;
  json?: boolean;
}

export function reportCommand(): Command {
  return withCommonOptions(new Command("report"))
    .description(
      "Render one report over the published tables: a report of the pipeline by its name, or any notebook by its file.\n" +
        "Nothing is published by it; the pipeline does that.",
    )
    .argument("<report>", "a report's name, such as executive, or a notebook's file")
    .option("--pipeline <file>", "the pipeline whose publication is read", defaultPipeline)
    .addOption(
      new Option("-f, --format <format>", "what to write")
        .choices([...reportFormats, ...cellFormats])
        .default("html"),
    )
    .option("-c, --cell <name>", "the cell whose result to write, as csv or arrow")
    .option("-l, --locale <locale>", "in this language only: it or en")
    .option("-o, --output <path>", "a folder, or the file to write (default: this folder)")
    .addOption(repeatable(new Option("--send-to <address>", "send it by e-mail instead; may be repeated")))
    .option("-w, --watch", "render again whenever a file that it is made from is saved")
    .addHelpText(
      "after",
      `
Formats: html, one page that needs no network; ipynb for Jupyter, with results in it; eml, an e-mail; pdf, printed by an
installed Chromium (CHROMIUM names another than the first on the path); csv and arrow, the result of one cell.

E-mail is sent through the server that the environment names: ANCORA_SMTP_HOST, ANCORA_SMTP_PORT (587), ANCORA_SMTP_USER,
ANCORA_SMTP_PASSWORD, ANCORA_MAIL_FROM.

Examples:
  $ ancora report executive                                       executive.it.html and executive.en.html, here
  $ ancora report reports/executive.md --watch --locale en        while writing it
  $ ancora report executive --format ipynb --output analysis/     for Jupyter
  $ ancora report executive --format csv --cell friction          one cell's result
  $ ancora report executive --locale it --send-to ada@example.org
`,
    )
    .action(async (report: string, options: ReportOptions) => {
      const files = async () => (await once(report, options)).files;
      if (options.watch)
        await onSave(files, { first: resolve(report), failed: (error) => void failure(error) });
      else await files();
    });
}

async function once(nameOrFile: string, options: ReportOptions): Promise<PublishedReport> {
  const { openPublishedReport } = await import("../pipeline/published-report.js");
  const report = await openPublishedReport(nameOrFile, options.pipeline, options.locale);
  try {
    const { format, sendTo } = options;
    if (sendTo.length > 0) await send(report, sendTo);
    else if (format === "csv" || format === "arrow") await writeCell(report, format, options);
    else await writeReport(report, format, options);
    return report;
  } finally {
    await report.close();
  }
}

async function writeReport(
  report: PublishedReport,
  format: ReportFormat,
  options: ReportOptions,
): Promise<void> {
  const isFile = options.output?.endsWith(`.${format}`) ?? false;
  if (isFile && report.locales.length > 1) {
    throw new UserError(
      `--output ${options.output}: one file, but the report is in ${report.locales.join(" and ")}`,
      {
        hint: "Name a folder, or one language with --locale.",
      },
    );
  }
  if (options.cell !== undefined) {
    throw new UserError(`--cell ${options.cell}: a cell is written as csv or arrow, found ${format}`, {
      hint: "Add --format csv, or leave --cell out.",
    });
  }
  const written: string[] = [];
  for (const locale of report.locales) {
    const path = resolve(
      isFile ? (options.output ?? "") : join(options.output ?? ".", `${report.name}.${locale}.${format}`),
    );
    const { content, warnings } = await report.render(format, locale, dirname(path));
    for (const warning of warnings) log(`warning: ${warning}`);
    await writeDurably(path, content);
    written.push(relative(process.cwd(), path));
  }
  if (options.json) printJson({ report: report.name, format, files: written });
  else print(written.join("  "));
}

async function writeCell(
  report: PublishedReport,
  format: CellFormat,
  { cell, output }: ReportOptions,
): Promise<void> {
  if (cell === undefined) {
    throw new UserError(`--format ${format} writes the result of one cell`, {
      hint: "Name the cell with --cell.",
    });
  }
  const content = await report.cell(cell, format);
  if (output === undefined) process.stdout.write(content);
  else await writeDurably(resolve(output), content);
}

async function send(report: PublishedReport, to: readonly string[]): Promise<void> {
  const { composeMail, sendMail, smtpSettings } = await import("../reports/index.js");
  const [locale, other] = report.locales;
  if (locale === undefined || other !== undefined) {
    throw new UserError("--send-to sends the report in one language", {
      hint: `Name it with --locale: ${report.locales.join(" or ")}.`,
    });
  }
  const smtp = smtpSettings();
  if (!smtp) {
    throw new UserError("--send-to: the environment names no mail server", {
      hint: "Set ANCORA_SMTP_HOST and, where the server asks, ANCORA_SMTP_USER and ANCORA_SMTP_PASSWORD.",
    });
  }
  const mail = await report.mail(locale);
  await sendMail(await composeMail(mail, { from: smtp.from, to, date: new Date() }), to, smtp);
  print(`Sent "${mail.subject}" to ${to.join(", ")}.`);
}
