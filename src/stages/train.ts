import { z } from "zod";
import { openModel } from "./model-file.js";
import { modelTables, modelTableShapes } from "./model-tables.js";
import type { Stage, StageKind } from "./stage.js";

const schema = z.strictObject({
  train: z.string().describe("A model file"),
  challenger: z
    .boolean()
    .default(false)
    .describe(
      "Train a challenger though there is a champion; the model's promotion rule says which of the two scores",
    ),
  description: z.string().optional(),
});

type TrainSpec = z.output<typeof schema>;

/**
 * Keeps the champion of a model, or trains a version and measures it on later data than it has seen. It makes the tables
 * `<stage>_model` (one row about the model), `_metrics`, `_drivers`, `_effects`, `_deciles`, `_groups` and `_comparison`.
 */
export const train: StageKind<TrainSpec> = {
  schema,
  async open(spec, context): Promise<Stage> {
    const { data, placeOf, file } = await openModel(spec.train, "train", context);
    return {
      reads: new Map([
        [data.features.table, placeOf(["features", "table"])],
        [data.label.table, placeOf(["label", "table"])],
        ...(data.population === undefined ? [] : [[data.population, placeOf(["population"])] as const]),
      ]),
      parameters: new Set(["as_of"]),
      makes: modelTables(context.name),
      shapes: () => Promise.resolve(modelTableShapes(context.name)),
      identity: () => Promise.resolve({ model: data }),
      trains: { file, spec: data, challenger: spec.challenger },
      features: { table: data.features.table, place: placeOf(["features", "table"]) },
      async run(run) {
        const { trainModel } = await import("./train-model.js");
        return trainModel(run, data, placeOf);
      },
    };
  },
};
