import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";
import { UserErrors } from "../errors.js";
import { locales, type Locale } from "../reports/locale.js";
import { renderReport, reportFormats, type DoorOptions, type ReportFormat } from "./report-door.js";
import { openEdition, queryEdition, renderOptions, validateEdition, type Edition } from "./report-edition.js";
import type { RunContext, Stage, StageKind, StageResult } from "./stage.js";

const schema = z.strictObject({
  report: z.string().describe("A notebook: Markdown with SQL and chart cells"),
  also: z
    .array(z.enum(reportFormats).exclude(["html"]))
    .default([])
    .describe("Formats beside HTML: ipynb (Jupyter), eml (e-mail), pdf (printed by an installed Chromium)"),
  mail: z
    .partialRecord(z.enum(locales), z.array(z.email()).nonempty())
    .default({})
    .describe("Who gets it by e-mail once it is published, by language; see docs/notebooks.md"),
  description: z.string().optional(),
});

type ReportSpec = z.output<typeof schema>;

/** Renders a notebook as one self-contained page in each language, and in other formats where it says so. */
export const report: StageKind<ReportSpec> = {
  schema,
  async open(spec, context): Promise<Stage> {
    const edition = await openEdition(await context.file(spec.report, "report"), context);
    const folder = context.folders.reports;
    const warehouse = relative(folder, join(context.folders.store, "warehouse.duckdb"));
    const { texts, strings, currency, timeZone, runtime } = edition;
    return {
      reads: edition.tables,
      parameters: new Set(context.parameters),
      makes: [],
      identity: () =>
        Promise.resolve({
          texts,
          locales: [...strings.keys()],
          currency,
          timeZone,
          scripts: runtime?.hashes,
          also: spec.also,
          mail: spec.mail,
          folder,
          warehouse,
        }),
      validate: (session, parameters, unknown) => validateEdition(edition, session, parameters, unknown),
      run: (run) => render(run, edition, { ...spec, folder, warehouse }),
    };
  },
};

async function render(
  run: RunContext,
  edition: Edition,
  { also, mail, folder, warehouse }: ReportSpec & { folder: string; warehouse: string },
): Promise<StageResult> {
  const { session, parameters, name } = run;
  const errors = await validateEdition(edition, session, parameters);
  if (errors.length > 0) throw new UserErrors(errors);
  const results = await queryEdition(edition, session, parameters);
  const about = {
    run: { id: run.fingerprint.slice(0, 8), as_of: String(parameters.as_of ?? ""), engine: run.engine },
    params: parameters,
  };
  const keep = async (locale: Locale, extension: string, content: string | Buffer) => {
    const id = `${run.fingerprint}.${locale}`;
    const { file } = await run.store.write(name, id, extension, (temporary) => writeFile(temporary, content));
    return file;
  };
  const reports: Record<string, string> = {};
  const exports: { file: string; to: string }[] = [];
  const mails: NonNullable<StageResult["mails"]> = [];
  const titles: Record<string, string> = {};
  const findings: Record<string, string[]> = {};
  const notices = new Set<string>();
  for (const locale of edition.strings.keys()) {
    run.progress(locale);
    const options: DoorOptions = { ...renderOptions(edition, locale, about), warehouse };
    const page = await renderReport("html", edition, results, options);
    for (const warning of page.warnings) notices.add(warning);
    reports[locale] = await keep(locale, "html", page.content);
    titles[locale] = page.title;
    findings[locale] = page.findings;
    for (const format of new Set<ReportFormat>(also)) {
      run.progress(`${locale} as ${format}`);
      const { content } = await renderReport(format, edition, results, options);
      const file = await keep(locale, format, content);
      exports.push({ file, to: join(folder, `${name}.${locale}.${format}`) });
    }
    const to = mail[locale];
    if (to) {
      const { renderMail } = await import("../reports/index.js");
      const message = await renderMail(edition.notebook, results, options);
      mails.push({ file: await keep(locale, "mail.json", JSON.stringify(message)), locale, to });
    }
  }
  return {
    files: [...Object.values(reports), ...exports.map(({ file }) => file), ...mails.map(({ file }) => file)],
    tables: {},
    summary: `in ${[...edition.strings.keys()].join(" and ")}`,
    notices: [...notices],
    reports,
    titles,
    findings,
    ...(exports.length > 0 ? { exports } : {}),
    ...(mails.length > 0 ? { mails } : {}),
  };
}
