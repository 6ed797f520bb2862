import { Command } from "commander";
import { relative } from "node:path";
import { indexName } from "../pipeline/index-report.js";
import { reportPath } from "../pipeline/places.js";
import { memorySize } from "./numbers.js";
import { open, withPipelineOptions, type PipelineOptions } from "./options.js";
import { print, printJson } from "./output.js";
import { showProgress } from "./progress.js";

interface RunOptions extends PipelineOptions {
  memory?: string;
}

export function runCommand(): Command {
  return withPipelineOptions(new Command("run"))
    .description(
      "Run a pipeline and publish its results.\n\n" +
        "What is up to date is not computed again; what a killed run had finished is used. Nothing is published unless every\n" +
        "stage and every check has passed: until then, and when a run fails, readers see the last publication.",
    )
    .option("-m, --memory <size>", "the engine's memory limit, e.g. 2GB; more spills to disk", memorySize)
    .addHelpText(
      "after",
      `
Examples:
  $ ancora run                                            the nightly pipeline on its default data
  $ ancora run --param data=data/inbox                    on your own files
  $ ancora run --param as_of=2026-03-31 --locale it       as of a date, with reports in Italian alone
  $ ancora run pipelines/examples/olist.yaml --json       another pipeline, the outcome as JSON

Exit codes: 0 done, 1 a stage failed, 2 a file is wrong, 3 data broke its contract, 4 another run holds the store.
`,
    )
    .action(async (file: string, options: RunOptions) => {
      const { runPipeline } = await import("../pipeline/run.js");
      const pipeline = await open(file, options);
      const progress = await showProgress(pipeline.graph.order);
      const { manifest, publication } = await runPipeline(pipeline, {
        memoryLimit: options.memory,
        observer: progress,
      }).finally(() => progress.end());
      const filesOf = (report: string) =>
        Object.keys(publication.reports[report] ?? {}).map((locale) =>
          relative(process.cwd(), reportPath(pipeline, report, locale)),
        );
      const names = Object.keys(publication.reports);
      const reports = names.flatMap(filesOf);
      if (options.json) {
        printJson({ ...manifest, findings: publication.findings, reports });
        return;
      }
      const locale = options.locale ?? languageOfTerminal(pipeline.locales);
      for (const finding of (publication.findings[locale] ?? []).slice(0, 3)) print(finding);
      const asOf = publication.parameters.as_of;
      const places = names.includes(indexName)
        ? [...filesOf(indexName), `(and ${names.length - 1} beside it)`]
        : reports;
      print(`Reports${asOf === undefined ? "" : ` as of ${asOf}`}: ${places.join("  ") || "none"}`);
    });
}

/** The pipeline's language that the terminal is set to, else its last, which is English by default. */
function languageOfTerminal(locales: readonly string[]): string {
  const language = (process.env.LC_ALL ?? process.env.LC_MESSAGES ?? process.env.LANG ?? "").slice(0, 2);
  return locales.find((locale) => locale === language) ?? locales.at(-1) ?? "en";
}
