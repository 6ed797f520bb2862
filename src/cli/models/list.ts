import { Command } from "commander";
import type { ListedVersion } from "../../pipeline/registry.js";
import { aligned, print, printJson } from "../output.js";
import { readRegistry, withRegistryOptions, type RegistryOptions } from "./registry-options.js";

export function listCommand(): Command {
  return withRegistryOptions(new Command("list"))
    .description("List the trained versions of all models, the newest first.")
    .action(async (options: RegistryOptions) => {
      const { models } = await readRegistry(options);
      if (options.json) {
        printJson({ models: models.map(document) });
        return;
      }
      if (models.length === 0) {
        print("No model is trained yet: ancora run trains those of its pipeline.");
        return;
      }
      const rows = models.map(row);
      const head = ["model", "version", "", "trained as of", "validated from", "AUC"];
      for (const line of aligned([head, ...rows])) print(line);
    });
}

function document(listed: ListedVersion): object {
  const { model, version, isChampion } = listed;
  const named = { model, version, is_champion: isChampion };
  if ("unusable" in listed) return { ...named, unusable: listed.unusable };
  const { about, folder } = listed.trained;
  return { ...about, ...named, folder };
}

function row(listed: ListedVersion): string[] {
  const named = [listed.model, listed.version, listed.isChampion ? "champion" : ""];
  if ("unusable" in listed) return [...named, "", "", listed.unusable];
  const { trained_as_of, validated_from, metrics } = listed.trained.about;
  const auc = metrics.find(({ metric }) => metric === "auc")?.value;
  return [...named, trained_as_of, validated_from.slice(0, 10), auc?.toFixed(3) ?? ""];
}
