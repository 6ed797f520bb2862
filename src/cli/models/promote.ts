import { Command } from "commander";
import type { PromotionOutcome } from "../../pipeline/promote.js";
import { defaultPipeline, withCommonOptions } from "../options.js";
import { print, printJson } from "../output.js";

interface PromoteOptions {
  pipeline: string;
  reason: string;
  json?: boolean;
}

export function promoteCommand(): Command {
  return withPipeline(new Command("promote"))
    .description(
      "Make a version the champion, by a publication that differs in nothing else.\n" +
        "What was scored stays as it was scored; the next run scores with the new champion.",
    )
    .argument("<model>", "a model's name")
    .argument("<version>", "a trained version of it")
    .option("--reason <text>", "why, for the history", "promoted by hand")
    .action(async (model: string, version: string, options: PromoteOptions) => {
      const { openPipeline } = await import("../../pipeline/open.js");
      const { promote } = await import("../../pipeline/promote.js");
      const pipeline = await openPipeline(options.pipeline);
      tell(await promote(pipeline, model, { version, reason: options.reason }), options);
    });
}

export function rollbackCommand(): Command {
  return withPipeline(new Command("rollback"))
    .description(
      "Make the champion before this one the champion again. What was scored stays as it was scored.",
    )
    .argument("<model>", "a model's name")
    .action(async (model: string, options: PromoteOptions) => {
      const { openPipeline } = await import("../../pipeline/open.js");
      const { rollBack } = await import("../../pipeline/promote.js");
      tell(await rollBack(await openPipeline(options.pipeline), model), options);
    });
}

function withPipeline(command: Command): Command {
  return withCommonOptions(
    command.option("--pipeline <file>", "the pipeline that uses the model", defaultPipeline),
  );
}

function tell(outcome: PromotionOutcome, { json }: PromoteOptions): void {
  if (json) {
    printJson(outcome);
    return;
  }
  print(`${outcome.model}: the champion is ${outcome.champion}; it was ${outcome.before}.`);
  print("What is published was scored with the old one; the next ancora run scores with the new one.");
}
