import { z } from "zod";
import { UserErrors } from "../errors.js";
import { parseYaml } from "../yaml.js";
import { analysisSchema, openAnalysis } from "./estimate/methods.js";
import { columnsOf, keepTables, selectOfTypes } from "./keep-tables.js";
import { missingColumns, type NamedColumn } from "./named-columns.js";
import { tableFields, type Stage, type StageKind } from "./stage.js";

const schema = z.strictObject({
  estimate: z.string().describe("An analysis file: the question, and the method that answers it"),
  ...tableFields,
});

type EstimateSpec = z.output<typeof schema>;

/** Estimates what a table of facts says about a question, by one of the methods of `src/stats`. */
export const estimate: StageKind<EstimateSpec> = {
  schema,
  async open(spec, context): Promise<Stage> {
    const { text, name } = await context.file(spec.estimate, "estimate");
    const { data, placeOf } = parseYaml(text, { file: name }, analysisSchema);
    const { reads, columns, parameters, run: estimateWith } = openAnalysis(data);
    const tables = Object.entries(columns).map(([suffix, types]) => ({
      suffix,
      name: suffix === "" ? context.name : `${context.name}_${suffix}`,
      types,
    }));
    const named = reads.flatMap(({ table, columns: names }) =>
      names.map(({ path, name: column }): NamedColumn => ({ table, column, place: placeOf(path) })),
    );
    return {
      reads: new Map(reads.map(({ table }) => [table, placeOf(["table"])])),
      parameters: new Set(parameters),
      makes: tables.map((table) => table.name),
      shapes: () =>
        Promise.resolve(Object.fromEntries(tables.map((table) => [table.name, selectOfTypes(table.types)]))),
      identity: () => Promise.resolve({ analysis: data }),
      ...(spec.history ? { history: spec.history } : {}),
      validate: (session, _parameters, unknown) => missingColumns(session, named, unknown),
      async run(run) {
        const errors = await missingColumns(run.session, named);
        if (errors.length > 0) throw new UserErrors(errors);
        const { rows, summary, notices } = await estimateWith(run);
        const kept = tables.map(
          (table) => [table.name, columnsOf(rows[table.suffix] ?? [], table.types)] as const,
        );
        return {
          ...(await keepTables(run, kept)),
          summary,
          notices: (notices ?? []).map((notice) => `${run.name}: ${notice}`),
        };
      },
    };
  },
};
