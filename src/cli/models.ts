import { Command } from "commander";
import { resolve } from "node:path";
import type { ModelVersion } from "../pipeline/registry.js";
import { UserError } from "../errors.js";
import { suggest } from "../suggest.js";
import { aligned, print, printJson } from "./output.js";
import { withStoreOptions, type StoreOptions } from "./store-options.js";

interface ModelsOptions extends StoreOptions {
  registry: string;
}

export function modelsCommand(): Command {
  return withStoreOptions(new Command("models"))
    .description(
      "List the trained versions of the models, or show one: its measures on data later than it has seen. The champion is the one that the current publication scores with.",
    )
    .argument("[model]", "a model's name")
    .argument("[version]", "a version; its champion when absent, else its newest")
    .option("--registry <folder>", "where trained versions are kept", "models/registry")
    .addHelpText(
      "after",
      `
Examples:
  $ ancora models
  $ ancora models churn
  $ ancora models churn 2026-10-31-0a1b2c3d --json
`,
    )
    .action(async (name: string | undefined, version: string | undefined, options: ModelsOptions) => {
      const { listModels } = await import("../pipeline/registry.js");
      const { currentPublication } = await import("../warehouse/publication.js");
      const { Store } = await import("../warehouse/store.js");
      const publication = await currentPublication(new Store(resolve(options.store)));
      const models = await listModels(resolve(options.registry), publication?.models ?? {});
      if (name === undefined) list(models, options);
      else show(find(models, name, version), options);
    });
}

function list(models: readonly ModelVersion[], { json }: ModelsOptions): void {
  if (json) {
    printJson({ models });
    return;
  }
  if (models.length === 0) {
    print("No model is trained yet: ancora run trains those of its pipeline.");
    return;
  }
  const rows = models.map(({ model, version, isChampion, validated_from, metrics }) => [
    model,
    version,
    isChampion ? "champion" : "",
    validated_from.slice(0, 10),
    metrics.find(({ metric }) => metric === "auc")?.value.toFixed(3) ?? "",
  ]);
  for (const line of aligned([["model", "version", "", "validated from", "AUC"], ...rows])) print(line);
}

function show(found: ModelVersion, { json }: ModelsOptions): void {
  if (json) {
    printJson(found);
    return;
  }
  print(`${found.model} ${found.version}${found.isChampion ? ", champion" : ""}`);
  print(`trained as of ${found.trained_as_of}, validated on data from ${found.validated_from.slice(0, 10)}`);
  const number = (value: number | null) => (value === null ? "" : value.toFixed(4));
  const rows = found.metrics.map(({ metric, value, low, high }) => [
    metric,
    number(value),
    `${number(low)} to ${number(high)}`,
  ]);
  for (const line of aligned([["measure", "value", "95% interval"], ...rows])) print(`  ${line}`);
}

function find(models: readonly ModelVersion[], name: string, version: string | undefined): ModelVersion {
  const versions = models.filter(({ model }) => model === name);
  const [newest] = versions;
  if (!newest) {
    throw new UserError(`there is no trained model ${name}`, {
      hint: suggest(name, [...new Set(models.map(({ model }) => model))]),
    });
  }
  const found =
    version === undefined
      ? (versions.find(({ isChampion }) => isChampion) ?? newest)
      : versions.find((candidate) => candidate.version === version);
  if (found) return found;
  throw new UserError(`${name} has no version ${version}`, {
    hint: suggest(
      version ?? "",
      versions.map((candidate) => candidate.version),
    ),
  });
}
