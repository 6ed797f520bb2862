import { Command, Option } from "commander";
import { join } from "node:path";
import type { TrainingOutcome } from "../pipeline/train.js";
import { cardFile } from "../stages/model-card.js";
import { comparisonDocument, comparisonLines } from "./models/compared.js";
import { memorySize } from "./numbers.js";
import { defaultPipeline, repeatable, withCommonOptions } from "./options.js";
import { aligned, print, printJson } from "./output.js";
import { showProgress } from "./progress.js";

interface TrainOptions {
  set: string[];
  param: string[];
  pipeline: string;
  memory?: string;
  json?: boolean;
}

export function trainCommand(): Command {
  return withCommonOptions(new Command("train"))
    .description(
      "Train a challenger of a model's champion, and compare the two on the same newest rows.\n\n" +
        "Only the stages that the training needs are run, and what is up to date is not computed again. The version goes to\n" +
        "models/registry; nothing is published or promoted.",
    )
    .argument("<model>", "a model that the pipeline trains, e.g. churn")
    .addOption(
      repeatable(new Option("-s, --set <path=value>", "a value in place of the spec's; may be repeated")),
    )
    .addOption(
      repeatable(
        new Option(
          "-p, --param <name=value>",
          "a parameter's value in place of its default; may be repeated",
        ),
      ),
    )
    .option("--pipeline <file>", "the pipeline that trains the model", defaultPipeline)
    .option("-m, --memory <size>", "the engine's memory limit, e.g. 2GB; more spills to disk", memorySize)
    .addHelpText(
      "after",
      `
Examples:
  $ ancora train churn
  $ ancora train churn --set network.width=32 --set snapshots.count=12
  $ ancora train churn --param as_of=2026-06-30 --json
`,
    )
    .action(async (model: string, options: TrainOptions) => {
      const { openPipeline } = await import("../pipeline/open.js");
      const { trainChallenger } = await import("../pipeline/train.js");
      const { neededFor } = await import("../pipeline/run.js");
      const { trainingStage } = await import("../pipeline/training-stage.js");
      const pipeline = await openPipeline(options.pipeline, {
        parameters: options.param,
        overrides: { model, assignments: options.set },
      });
      const progress = await showProgress(neededFor(trainingStage(pipeline, model).name, pipeline.graph));
      const outcome = await trainChallenger(pipeline, model, {
        memoryLimit: options.memory,
        observer: progress,
      }).finally(() => progress.end());
      if (options.json) printJson(document(outcome));
      else for (const line of lines(outcome)) print(line);
    });
}

function document({ model, challenger, champion, comparison, reason }: TrainingOutcome): object {
  return {
    model,
    champion: champion ?? null,
    challenger: challenger ?? null,
    comparison: comparison ? comparisonDocument(comparison) : null,
    would_promote: comparison?.verdict.promoted ?? null,
    reason: comparison?.verdict.reason.en ?? reason ?? null,
  };
}

function lines({ model, challenger, champion, comparison, reason }: TrainingOutcome): string[] {
  if (!challenger) return [`${model}: no version is trained: ${reason}`];
  const { version } = challenger;
  if (version === champion) {
    const why = reason ?? "it was trained on just these data, with just this spec";
    return [`${model}: no challenger is trained, the champion ${champion} stands: ${why}`];
  }
  return [
    `${model} ${version}: trained on ${challenger.train_rows} rows, measured on ${challenger.validation_rows} from ${challenger.validated_from.slice(0, 10)}`,
    ...aligned(
      challenger.metrics.map(({ metric, value, low, high }) => [
        metric,
        digits(value),
        `${digits(low)} to ${digits(high)}`,
      ]),
    ).map((line) => `  ${line}`),
    `Model card: ${join("models", "registry", model, version, cardFile("en", "html"))}`,
    ...(comparison ? comparisonLines(comparison) : []),
    comparison
      ? `The rule: ${comparison.verdict.reason.en}.`
      : `There is no champion to compare it with${reason === undefined ? "" : `: ${reason}`}.`,
    `Nothing is promoted. To let it score: ancora models promote ${model} ${version}`,
  ];
}

function digits(value: number | null): string {
  return value?.toFixed(4) ?? "";
}
