import { Command, CommanderError } from "commander";
import { exitCodes } from "../errors.js";
import { doctorCommand } from "./doctor.js";
import { evaluateCommand } from "./evaluate.js";
import { explainCommand } from "./explain.js";
import { labelsCommand } from "./labels.js";
import { modelsCommand } from "./models.js";
import { packageVersion } from "../package-version.js";
import { commandFailure, failure } from "./output.js";
import { planCommand } from "./plan.js";
import { queryCommand } from "./query.js";
import { reportCommand } from "./report.js";
import { runCommand } from "./run.js";
import { runsCommand } from "./runs.js";
import { sampleCommand } from "./sample.js";
import { trainCommand } from "./train.js";
import { tuneCommand } from "./tune.js";
import { validateCommand } from "./validate.js";

const program = new Command("ancora")
  .description(
    "Turns what customers do and say into decisions: who is about to leave and why, which reviews to believe, which\n" +
      "friction costs most. Pipelines in YAML, business rules in SQL, models in TensorFlow.js, reports in Markdown.",
  )
  .version(packageVersion())
  .showHelpAfterError("Run the command with --help to see what it takes.")
  .exitOverride();

for (const command of [
  runCommand(),
  planCommand(),
  validateCommand(),
  queryCommand(),
  reportCommand(),
  runsCommand(),
  sampleCommand(),
  evaluateCommand(),
  explainCommand(),
  tuneCommand(),
  trainCommand(),
  modelsCommand(),
  labelsCommand(),
  doctorCommand(),
]) {
  program.addCommand(withSettings(command));
}

program.addHelpText(
  "after",
  `
Examples:
  $ ancora run                                run pipelines/nightly.yaml and publish its results
  $ ancora plan                               what would run now, and why
  $ ancora query "select * from metrics"      read the published tables
  $ ancora COMMAND --help                     the manual of a command

Exit codes:
  0  done
  1  a stage failed
  2  the command, or a file that people write, is wrong
  3  data broke its contract, or a check failed: nothing was published
  4  another run holds the store

With --json a command prints one JSON document on standard output and nothing else there; messages go to standard error.
`,
);

/** The program's settings hold for a command's own commands too. */
function withSettings(command: Command): Command {
  for (const inner of command.commands) withSettings(inner);
  return command.copyInheritedSettings(program);
}

// A reader that stops early, such as head, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.done);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = error instanceof CommanderError ? commandFailure(error) : failure(error);
}
