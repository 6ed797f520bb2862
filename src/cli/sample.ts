import { Command, Option } from "commander";
import { resolve } from "node:path";
import { exitCodes, UserError } from "../errors.js";
import { openPublication } from "../warehouse/publication.js";
import { wholeNumber } from "./numbers.js";
import { withCommonOptions } from "./options.js";
import { log, print, printJson } from "./output.js";
import { openPublished, openStore, withStoreOptions, type StoreOptions } from "./store-options.js";

interface SampleCommandOptions {
  customers: number;
  months: number;
  seed: number;
  out?: string;
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
    .option("-o, --out <folder>", "where to write; made when absent")
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
    .addCommand(scoreCommand())
    .action(async ({ answersDependOnHappiness, ...options }: SampleCommandOptions) => {
      const { customers, months, seed, out, phrases, format } = options;
      if (out === undefined) {
        throw new UserError("expected a folder to write to", {
          hint: "Name it with --out, for example --out data/sample.",
        });
      }
      const { generateSample } = await import("../sample/index.js");
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
        { progress: log, signal: stopSignal() },
      );
      if (options.json) printJson(summary);
      else for (const [file, rows] of Object.entries(summary.rows)) print(`${file}: ${rows} rows`);
    });
}

/** Aborted by Ctrl-C or a request to terminate; a second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
      controller.abort(
        new UserError(`Stopped by ${name}; the output folder is as it was.`, {
          exitCode: exitCodes.stageFailed,
        }),
      );
    });
  }
  return controller.signal;
}

function scoreCommand(): Command {
  return withStoreOptions(new Command("score"))
    .description(
      "Compare what a run on a sample world has published with what is true there: who speaks, of what and how far to believe it,\n" +
        "churn, the effects and order of frictions, early warnings, actions, NPS. Prints JSON; what is not published is named as\n" +
        "such. The tables that it reads are described in docs/sample-world.md.",
    )
    .requiredOption("--truth <folder>", "the truth/ folder beside the sample's data")
    .addHelpText("after", "\nExamples:\n  $ ancora sample score --truth data/sample/truth\n")
    .action(async ({ truth, ...options }: StoreOptions & { truth: string }) => {
      const { scoreAgainstTruth } = await import("../sample/index.js");
      const store = openStore(options);
      const folder = resolve(truth);
      const engine = await openPublication(store, await openPublished(store), { otherFolder: folder });
      const session = await engine.connect();
      try {
        printJson(await scoreAgainstTruth(session, folder));
      } finally {
        session.close();
        engine.close();
      }
    });
}
