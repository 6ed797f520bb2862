import { Command } from "commander";
import { compareCommand } from "./models/compare.js";
import { listCommand } from "./models/list.js";
import { promoteCommand, rollbackCommand } from "./models/promote.js";
import { showCommand } from "./models/show.js";

export function modelsCommand(): Command {
  return new Command("models")
    .description(
      "Trained versions of the models: list them, show one, compare two, and say which one scores.\n\n" +
        "The champion is the version that the current publication scores with.",
    )
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(compareCommand())
    .addCommand(promoteCommand())
    .addCommand(rollbackCommand())
    .addHelpText(
      "after",
      `
Examples:
  $ ancora models                                             list all versions
  $ ancora models show churn                                  the champion's measures and history
  $ ancora models compare churn 2026-10-01-0a1b2c3d 2026-10-31-4e5f6a7b
  $ ancora models promote churn 2026-10-31-4e5f6a7b
  $ ancora models rollback churn                              back to the champion before
`,
    );
}
