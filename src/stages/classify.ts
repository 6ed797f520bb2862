import { z } from "zod";
import { parseYaml } from "../yaml.js";
import { topicModelSchema } from "./topic-model-spec.js";
import { tableFields, type Stage, type StageKind } from "./stage.js";

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
    return {
      reads: new Map([
        [data.examples.table, placeOf(["examples", "table"])],
        [data.texts.table, placeOf(["texts", "table"])],
      ]),
      parameters: new Set<string>(),
      makes: [context.name, `${context.name}_model`],
      identity: () => Promise.resolve({ model: data }),
      ...(spec.history ? { history: spec.history } : {}),
      async run(run) {
        const { classifyTexts } = await import("./classify-texts.js");
        return classifyTexts(run, data, placeOf);
      },
    };
  },
};
