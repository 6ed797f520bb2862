import { Command } from "commander";
import { open, withPipelineOptions, type PipelineOptions } from "./options.js";
import { log, print, printJson } from "./output.js";

export function validateCommand(): Command {
  return withPipelineOptions(new Command("validate"))
    .description(
      "Check a pipeline and every file it names without running it: YAML, contracts, models, SQL, notebooks, and the tables\n" +
        "that they read from each other, down to every column.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ ancora validate
  $ ancora validate pipelines/examples/olist.yaml

Exit codes: 0 nothing wrong, 2 a file is wrong: each mistake is named with file:line:column.
`,
    )
    .action(async (file: string, options: PipelineOptions) => {
      const { validatePipeline } = await import("../pipeline/validate.js");
      const pipeline = await open(file, options);
      const { unchecked } = await validatePipeline(pipeline);
      if (options.json) printJson({ pipeline: pipeline.spec.name, stages: pipeline.graph.order, unchecked });
      else {
        print(`${pipeline.file}: ${pipeline.graph.order.length} stages, nothing wrong.`);
        if (unchecked.length > 0)
          log(
            `Not checked in full, because only a run tells the columns of a table that they read: ${unchecked.join(", ")}.`,
          );
      }
    });
}
