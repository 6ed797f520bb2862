import { Command, Option } from "commander";
import { print, printJson, log } from "./output.js";
import { withCommonOptions } from "./options.js";
import { wholeNumber } from "./numbers.js";

interface SampleCommandOptions {
  customers: number;
  months: number;
  seed: number;
  out: string;
  phrases?: string;
  format: "csv" | "parquet";
  answersDependOnHappiness?: boolean;
  json?: boolean;
}

export function sampleCommand(): Command {
  return withCommonOptions(new Command("sample"))
    .description(
      "Make the data of an invented Italian retailer, with causes of friction whose effects are known: the same bytes for the\n" +
        "same arguments. What is true stands beside the data in truth/, which no pipeline reads.",
    )
    .option("--customers <n>", "customers in the CRM", wholeNumber("--customers"), 3000)
    .option("--months <n>", "months of data", wholeNumber("--months"), 24)
    .option("--seed <n>", "another number, another world", wholeNumber("--seed"), 1)
    .requiredOption("-o, --out <folder>", "where to write; made when absent")
    .addOption(new Option("--format <format>", "of the data").choices(["csv", "parquet"]).default("csv"))
    .option("--phrases <file>", "another bank of phrases for the texts (see docs/sample-world.md)")
    .option(
      "--answers-depend-on-happiness",
      "let the happy answer surveys more often, which no weighting by behaviour can mend",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ ancora sample --out data/sample                                 the sample that comes with the program
  $ ancora sample --customers 50000 --seed 7 --format parquet --out /tmp/world
`,
    )
    .action(async ({ answersDependOnHappiness, ...options }: SampleCommandOptions) => {
      const { generateSample } = await import("../sample/index.js");
      const { customers, months, seed, out, phrases, format } = options;
      const summary = await generateSample(
        {
          customers,
          months,
          seed,
          out,
          format,
          responseDependsOnHappiness: answersDependOnHappiness ?? false,
          ...(phrases === undefined ? {} : { phrases }),
        },
        { progress: log },
      );
      if (options.json) printJson(summary);
      else for (const [file, rows] of Object.entries(summary.rows)) print(`${file}: ${rows} rows`);
    });
}
