import { Option, type Command } from "commander";
import type { Pipeline } from "../pipeline/open.js";

export const defaultPipeline = "pipelines/nightly.yaml";

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
        repeatable(
          new Option(
            "-p, --param <name=value>",
            "a parameter's value in place of its default; may be repeated",
          ),
        ),
      )
      .option("-l, --locale <locale>", "render the reports in this language only: it or en"),
  );
}

/** An option that may be given several times: its value is the list of all. */
export function repeatable(option: Option): Option {
  return option.default([], "none").argParser((value: string, earlier: string[]) => [...earlier, value]);
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
