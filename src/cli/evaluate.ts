import { Command } from "commander";
import { UserError } from "../errors.js";
import type { EvaluationRequest } from "../stages/evaluate.js";
import type { PurchaseColumns } from "../stages/transactions-file.js";
import { aligned, log, print, printJson } from "./output.js";
import { withCommonOptions } from "./options.js";
import { wholeNumber } from "./numbers.js";

interface EvaluateOptions extends Omit<EvaluationRequest, "model" | "label">, Partial<PurchaseColumns> {
  label?: string;
  taxonomy?: string;
  calibrationEnd?: string;
  json?: boolean;
}

export function evaluateCommand(): Command {
  return withCommonOptions(new Command("evaluate"))
    .description(
      "Cross-validate a model's network on any labelled table, with no feature SQL: how well would it do on data like this?\n" +
        "Numbers, categories, truth values, dates and empty cells are recognised. Nothing is stored.",
    )
    .argument(
      "<model>",
      "a model of models/, e.g. churn (tabular) or credibility (text), the path of a model file, or topics",
    )
    .requiredOption("--data <file>", "the table: CSV with a header, or Parquet")
    .option(
      "--label <column=positive>",
      "the label's column, and the value that counts as positive; for topics several, parted by commas",
    )
    .option("--text <column>", "the column of texts, for a text model and for topics")
    .option("--taxonomy <file>", "for topics: apply these words and phrases in place of training")
    .option("--drop <column...>", "columns that are no features, such as keys", [])
    .option("--fold-column <column>", "the column that says which fold a row is in; never a feature")
    .option(
      "--folds <n>",
      "how many folds to deal, stratified by label, when no column says",
      wholeNumber("--folds"),
      5,
    )
    .option("--delimiter <character>", "of a CSV file; by default what its header has most of: , ; | or tab")
    .option("--seed <seed>", "of the folds and the training, in place of the model file's")
    .option("--customer <column>", "for lifetime_value: who bought")
    .option("--date <column>", "for lifetime_value: when; purchases of one day count as one")
    .option("--amount <column>", "for lifetime_value: for how much; or two columns to multiply, 'A*B'")
    .option(
      "--calibration-end <date>",
      "for lifetime_value: the last day to fit to; what follows is held out",
    )
    .option(
      "--date-format <format>",
      "for lifetime_value: how dates are written, e.g. %d/%m/%Y, if not ISO 8601",
    )
    .option("--predictions <file>", "write each row's number, fold, label and out-of-fold probability as CSV")
    .addHelpText(
      "after",
      `
Examples:
  $ ancora evaluate churn --data telco.csv --label Churn=Yes --drop customerID --fold-column fold
  $ ancora evaluate credibility --data reviews.csv --text review --label verdict=deceptive --json
  $ ancora evaluate topics --data tickets.csv --text message --label delivery=1,billing=1
  $ ancora evaluate topics --data tickets.csv --text message --label delivery=1,billing=1 --taxonomy pipelines/policy/topics.yaml
  $ ancora evaluate lifetime_value --data orders.csv --customer id --date day --amount paid --calibration-end 2025-06-30
`,
    )
    .action(async (model: string, options: EvaluateOptions) => {
      const evaluation = await evaluate(model, options);
      if (options.json) {
        printJson(evaluation);
        return;
      }
      for (const line of summary(evaluation)) print(line);
    });
}

async function evaluate(model: string, options: EvaluateOptions): Promise<Record<string, unknown>> {
  if (model === "topics") {
    const { evaluateTopics } = await import("../stages/evaluate-topics.js");
    return evaluateTopics(
      { ...options, label: required(options.label, "--label COLUMN=POSITIVE,COLUMN=POSITIVE,...") },
      log,
    );
  }
  const { evaluateModel, findModel } = await import("../stages/evaluate.js");
  const { evaluateLifetimeValue, readLifetimeValueModel } =
    await import("../stages/evaluate-lifetime-value.js");
  const lifetimeValue = readLifetimeValueModel(findModel(model));
  if (!lifetimeValue) {
    return evaluateModel(
      { ...options, model, label: required(options.label, "--label COLUMN=POSITIVE") },
      log,
    );
  }
  const request = {
    ...options,
    customer: required(options.customer, "--customer COLUMN"),
    date: required(options.date, "--date COLUMN"),
    amount: required(options.amount, "--amount COLUMN"),
    calibrationEnd: required(options.calibrationEnd, "--calibration-end DATE"),
  };
  return evaluateLifetimeValue(request, lifetimeValue, log);
}

function required(value: string | undefined, option: string): string {
  if (value !== undefined) return value;
  throw new UserError(`this model takes ${option}`, { hint: "See ancora evaluate --help." });
}

/** An evaluation as people read it: its numbers, then its tables. */
function summary(evaluation: Record<string, unknown>): string[] {
  const entries = Object.entries(evaluation).flatMap(([name, value]) =>
    isObject(value) && Object.values(value).some(isObject)
      ? Object.entries(value).map(([part, inner]): [string, unknown] => [`${name} ${part}`, inner])
      : [[name, value] as [string, unknown]],
  );
  return [
    ...aligned(
      entries.filter(([, value]) => !Array.isArray(value)).map(([name, value]) => [name, short(value)]),
    ),
    ...entries.flatMap(([name, value]) => (Array.isArray(value) ? ["", `${name}:`, ...table(value)] : [])),
  ];
}

/** Rows under their common columns; what is a table within a row is left to --json. */
function table(rows: readonly Record<string, unknown>[]): string[] {
  const header = Object.keys(rows[0] ?? {}).filter((name) => !Array.isArray(rows[0]?.[name]));
  return aligned([header, ...rows.map((row) => header.map((name) => short(row[name])))]).map(
    (line) => `  ${line}`,
  );
}

/** A value with numbers to four decimals; an estimate with its interval in brackets. */
function short(value: unknown): string {
  if (typeof value === "number") return String(Number.isInteger(value) ? value : Number(value.toFixed(4)));
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(short).join(", ");
  if (!isObject(value)) return "-";
  const { value: estimate, low, high, ...others } = value;
  if (estimate !== undefined && Object.keys(others).length === 0) {
    return `${short(estimate)} [${short(low)}, ${short(high)}]`;
  }
  return Object.entries(value)
    .map(([name, part]) => `${name} ${short(part)}`)
    .join(", ");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
