import { Command } from "commander";
import { openPublished } from "../store-options.js";
import { print, printJson } from "../output.js";
import { comparisonDocument, comparisonLines } from "./compared.js";
import { findVersion, readRegistry, withRegistryOptions, type RegistryOptions } from "./registry-options.js";

export function compareCommand(): Command {
  return withRegistryOptions(new Command("compare"))
    .description(
      "Compare two versions on the newest published rows that neither was trained on, with paired bootstrap intervals,\n" +
        "and say what the promotion rule would make of it if B challenged A.",
    )
    .argument("<model>", "a model's name")
    .argument("<a>", "a version")
    .argument("<b>", "another version")
    .action(async (name: string, a: string, b: string, options: RegistryOptions) => {
      const { models, store } = await readRegistry(options);
      const [first, second] = [findVersion(models, name, a), findVersion(models, name, b)];
      const { comparePublished } = await import("../../pipeline/compare.js");
      const comparison = await comparePublished(store, await openPublished(store), first, second);
      if (options.json) {
        printJson(comparisonDocument(comparison));
        return;
      }
      for (const line of comparisonLines(comparison)) print(line);
      print(`The rule: ${comparison.verdict.reason.en}.`);
    });
}
