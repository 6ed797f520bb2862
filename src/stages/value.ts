import { z } from "zod";
import { parseYaml } from "../yaml.js";
import { lifetimeValueSchema, lifetimeValueTables } from "./lifetime-value-spec.js";
import { tableFields, type Stage, type StageKind } from "./stage.js";

const schema = z.strictObject({
  value: z.string().describe("A model file of the kind lifetime_value"),
  ...tableFields,
});

type ValueSpec = z.output<typeof schema>;

/**
 * Says what each customer will still buy, and for how much. The models are fitted anew each night, to all purchases; before
 * that they are fitted without the newest weeks, and checked on them.
 */
export const value: StageKind<ValueSpec> = {
  schema,
  async open(spec, context): Promise<Stage> {
    const { text, name } = await context.file(spec.value, "value");
    const { data, placeOf } = parseYaml(text, { file: name }, lifetimeValueSchema);
    return {
      reads: new Map([[data.purchases.table, placeOf(["purchases", "table"])]]),
      parameters: new Set(["as_of"]),
      makes: lifetimeValueTables(context.name),
      shapes: async () => {
        const { lifetimeValueShapes } = await import("./lifetime-value-tables.js");
        return lifetimeValueShapes(context.name, data);
      },
      identity: () => Promise.resolve({ model: data }),
      ...(spec.history ? { history: spec.history } : {}),
      async run(run) {
        const { valueCustomers } = await import("./value-customers.js");
        return valueCustomers(run, data, placeOf);
      },
    };
  },
};
