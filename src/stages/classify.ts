import { z } from "zod";
import { identifier } from "../warehouse/engine.js";
import { parseYaml } from "../yaml.js";
import type { PlaceOf } from "./model-columns.js";
import { missingColumns, type NamedColumn } from "./named-columns.js";
import { tableFields, type Stage, type StageKind } from "./stage.js";
import { topicModelSchema, type TopicModelSpec } from "./topic-model-spec.js";

const schema = z.strictObject({
  classify: z.string().describe("A model file of the kind topics"),
  ...tableFields,
});

type ClassifySpec = z.output<typeof schema>;

/**
 * Says which labels hold of each text, several where several do. The classifiers are trained anew each night from examples
 * that a statement gives. It makes a table of the texts' keys, the label and its probability, and beside it
 * `<stage>_model`: what was learned from how many examples.
 */
export const classify: StageKind<ClassifySpec> = {
  schema,
  async open(spec, context): Promise<Stage> {
    const { text, name } = await context.file(spec.classify, "classify");
    const { data, placeOf } = parseYaml(text, { file: name }, topicModelSchema);
    const named = namedColumns(data, placeOf);
    return {
      reads: new Map([
        [data.examples.table, placeOf(["examples", "table"])],
        [data.texts.table, placeOf(["texts", "table"])],
      ]),
      parameters: new Set<string>(),
      makes: [context.name, `${context.name}_model`],
      shapes: () => Promise.resolve(classifyShapes(context.name, data)),
      identity: () => Promise.resolve({ model: data }),
      validate: (session, _parameters, unknown) => missingColumns(session, named, unknown),
      ...(spec.history ? { history: spec.history } : {}),
      async run(run) {
        const { classifyTexts } = await import("./classify-texts.js");
        return classifyTexts(run, data, named);
      },
    };
  },
};

function namedColumns({ examples, texts }: TopicModelSpec, place: PlaceOf): NamedColumn[] {
  return [
    ...(["text", "language", "labels"] as const).map((field) => ({
      table: examples.table,
      column: examples[field],
      place: place(["examples", field]),
    })),
    ...(["text", "language"] as const).map((field) => ({
      table: texts.table,
      column: texts[field],
      place: place(["texts", field]),
    })),
    ...texts.key.map((column, index) => ({
      table: texts.table,
      column,
      place: place(["texts", "key", index]),
    })),
  ];
}

/** For each table that the stage makes a SELECT with its columns. */
function classifyShapes(stage: string, { texts, label }: TopicModelSpec): Record<string, string> {
  const key = texts.key.map(identifier).join(", ");
  const labels = `null::varchar as ${identifier(label)}`;
  return {
    [stage]: `select ${key}, ${labels}, null::double as probability from ${identifier(texts.table)}`,
    [`${stage}_model`]: `select null::varchar as language, ${labels}, null::bigint as examples, null::boolean as is_learned`,
  };
}
