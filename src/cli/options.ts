import { Option, type Command } from "commander";
import type { Pipeline } from "../pipeline/open.js";

const defaultPipeline = "pipelines/nightly.yaml";

/** Options of commands that open a pipeline. */
export interface PipelineOptions {
  param: string[];
  locale?: string;
  json?: boolean;
  verbose?: boolean;
}

export function withPipelineOptions(command: Command): Command {
  return withCommonOptions(
    command
      .argument("[pipeline]", "the pipeline file", defaultPipeline)
      .addOption(
        new Option("-p, --param <name=value>", "a parameter's value in place of its default; may be repeated")
          .default([], "none")
          .argParser((value: string, earlier: string[]) => [...earlier, value]),
      )
      .option("-l, --locale <locale>", "render the reports in this language only: it or en"),
  );
}

export function withCommonOptions(command: Command): Command {
  return command
    .option("--json", "print one JSON document on standard output")
    .option("--verbose", "with an error, show where in the program it arose");
}

export async function open(file: string, { param, locale }: PipelineOptions): Promise<Pipeline> {
  const { openPipeline } = await import("../pipeline/open.js");
  return openPipeline(file, { parameters: param, locale });
}
