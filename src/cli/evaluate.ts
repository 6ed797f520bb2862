import { Command } from "commander";
import type { EvaluationRequest } from "../stages/evaluate.js";
import { print, printJson, log } from "./output.js";
import { withCommonOptions } from "./options.js";
import { wholeNumber } from "./numbers.js";

interface EvaluateOptions extends Omit<EvaluationRequest, "model"> {
  json?: boolean;
}

export function evaluateCommand(): Command {
  return withCommonOptions(new Command("evaluate"))
    .description(
      "Cross-validate a model's network on any labelled table, with no feature SQL: how well would it do on data like this?\n" +
        "Columns of numbers, categories and truth values, and empty cells, are recognised. Nothing is stored.",
    )
    .argument(
      "<model>",
      "a model of models/, e.g. churn (tabular) or credibility (text), or the path of a model file",
    )
    .requiredOption("--data <file>", "the table: CSV with a header, or Parquet")
    .requiredOption("--label <column=positive>", "the label's column, and the value that counts as positive")
    .option("--text <column>", "the column of texts, for a text model")
    .option("--drop <column...>", "columns that are no features, such as keys", [])
    .option("--fold-column <column>", "the column that says which fold a row is in; never a feature")
    .option(
      "--folds <n>",
      "how many folds to deal, stratified by label, when no column says",
      wholeNumber("--folds"),
      5,
    )
    .option("--delimiter <character>", "of a CSV file", ",")
    .option("--predictions <file>", "write each row's number, label and out-of-fold probability as CSV")
    .addHelpText(
      "after",
      `
Examples:
  $ ancora evaluate churn --data telco.csv --label Churn=Yes --drop customerID --fold-column fold
  $ ancora evaluate credibility --data reviews.csv --text review --label verdict=deceptive --json
`,
    )
    .action(async (model: string, options: EvaluateOptions) => {
      const { evaluateModel } = await import("../stages/evaluate.js");
      const evaluation = await evaluateModel({ ...options, model }, log);
      if (options.json) {
        printJson(evaluation);
        return;
      }
      for (const [name, value] of Object.entries(evaluation)) {
        if (name === "per_fold") continue;
        print(`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
      }
    });
}
