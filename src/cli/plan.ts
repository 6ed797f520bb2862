import { Command } from "commander";
import { open, withPipelineOptions, type PipelineOptions } from "./options.js";
import { aligned, print, printJson } from "./output.js";

export function planCommand(): Command {
  return withPipelineOptions(new Command("plan"))
    .description(
      "Print the stages in the order they would run, what each needs, and why it would run or not.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ ancora plan
  $ ancora plan pipelines/examples/online_retail.yaml --param data=/data/public
  $ ancora plan --json
`,
    )
    .action(async (file: string, options: PipelineOptions) => {
      const { planPipeline } = await import("../pipeline/plan.js");
      const stages = await planPipeline(await open(file, options));
      if (options.json) {
        printJson({ stages: stages.map(({ willRun, ...stage }) => ({ ...stage, will_run: willRun })) });
        return;
      }
      const lines = aligned(
        stages.map(({ name, kind, willRun, reason }) => [willRun ? "run " : "skip", name, kind, reason]),
      );
      stages.forEach(({ needs }, index) => {
        print(lines[index]);
        if (needs.length > 0) print(`      <- ${needs.join(", ")}`);
      });
      const running = stages.filter(({ willRun }) => willRun).length;
      print(`${running} of ${stages.length} stages would run.`);
    });
}
