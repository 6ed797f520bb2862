import { Command } from "commander";
import type { TuningRequest } from "../stages/tune.js";
import { wholeNumber } from "./numbers.js";
import { log, print, printJson } from "./output.js";
import { withStoreOptions } from "./store-options.js";

interface TuneOptions extends Omit<TuningRequest, "model"> {
  json?: boolean;
}

export function tuneCommand(): Command {
  return withStoreOptions(new Command("tune"))
    .description(
      "Search for a better network of a model by cross-validation, and print it as a diff of the model file. It learns from\n" +
        "what the pipeline has published, never from the rows that validate the model, or from any labelled table.\n" +
        "Each measured fold is kept: the same command goes on where it was interrupted, and more --trials add to it.",
    )
    .argument("<model>", "a tabular model of models/, e.g. churn, or the path of a model file")
    .option("--trials <n>", "networks to try, the model file's own included", wholeNumber("--trials"), 20)
    .option("--data <file>", "a labelled table instead: CSV with a header, or Parquet")
    .option("--label <column=positive>", "its label's column, and the value that counts as positive")
    .option("--drop <column...>", "columns that are no features, such as keys", [])
    .option("--fold-column <column>", "the column that says which fold a row is in; never a feature")
    .option("--folds <n>", "how many folds to deal when no column says", wholeNumber("--folds"), 5)
    .option("--delimiter <character>", "of a CSV file; by default what its header has most of: , ; | or tab")
    .option("--seed <seed>", "of the search, the folds and the training, in place of the model file's")
    .option(
      "--registry <folder>",
      "where trained models, and in its folder tuning the searches, are kept",
      "models/registry",
    )
    .option("--write", "write the best network into the model file")
    .addHelpText(
      "after",
      `
Examples:
  $ ancora tune churn --trials 30
  $ ancora tune churn --trials 30 --data telco.csv --label Churn=Yes --drop customerID
  $ ancora tune churn --trials 60 --json > tuning.json
  $ ancora tune churn --trials 60 --write
`,
    )
    .action(async (model: string, options: TuneOptions) => {
      const { tuneModel } = await import("../stages/tune.js");
      const tuning = await tuneModel({ ...options, model }, log);
      if (options.json) {
        printJson(tuning);
        return;
      }
      const { best, current, diff, trials, given_up } = tuning;
      const about = ({ log_loss, auc }: typeof best) =>
        `log loss ${log_loss.toFixed(4)}, AUC ${auc.toFixed(4)}`;
      print(`${trials} trials, ${given_up} given up early; kept in ${tuning.log}`);
      print(`as it is: ${about(current)}`);
      print(
        best.trial === 0 ? "No better network was found." : `best: ${about(best)} (trial ${best.trial + 1})`,
      );
      if (diff !== "") print(`\n${diff}`);
    });
}
