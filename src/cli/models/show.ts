import { Command } from "commander";
import { join, relative } from "node:path";
import type { Promotion } from "../../pipeline/promotions.js";
import { cardFile } from "../../stages/model-card.js";
import type { AboutVersion } from "../../stages/model-version.js";
import { aligned, print, printJson } from "../output.js";
import { findVersion, readRegistry, withRegistryOptions, type RegistryOptions } from "./registry-options.js";

export function showCommand(): Command {
  return withRegistryOptions(new Command("show"))
    .description(
      "Show a version: its measures on data later than it has seen, what it was made of, and who was champion when.",
    )
    .argument("<model>", "a model's name")
    .argument("[version]", "a version; the champion when absent, else the newest")
    .action(async (name: string, version: string | undefined, options: RegistryOptions) => {
      const { models, publication } = await readRegistry(options);
      const { about, spec, folder, isChampion } = findVersion(models, name, version);
      const promotions = publication?.promotions[name] ?? [];
      if (options.json) {
        printJson({ ...about, is_champion: isChampion, folder, spec, promotions });
        return;
      }
      print(`${about.model} ${about.version}${isChampion ? ", champion" : ""}`);
      print(
        `trained as of ${about.trained_as_of} on ${about.train_rows} rows, ${about.train_positives} positive`,
      );
      print(
        `measured on ${about.validation_rows} rows from ${about.validated_from.slice(0, 10)}, ${about.backend}`,
      );
      print(`model card: ${relative(process.cwd(), join(folder, cardFile("en", "html")))}`);
      for (const line of measures(about)) print(`  ${line}`);
      if (promotions.length > 0) print("\nchampions");
      for (const line of champions(promotions)) print(`  ${line}`);
    });
}

function measures({ metrics }: AboutVersion): string[] {
  const rows = metrics.map(({ metric, value, low, high }) => [
    metric,
    number(value),
    `${number(low)} to ${number(high)}`,
  ]);
  return aligned([["measure", "value", "95% interval"], ...rows]);
}

function champions(promotions: readonly Promotion[]): string[] {
  return aligned(
    promotions.map(({ version, publishedAt, reason }) => [`${publishedAt.slice(0, 16)}Z`, version, reason]),
  );
}

function number(value: number | null): string {
  return value?.toFixed(4) ?? "";
}
