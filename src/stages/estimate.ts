import { z } from "zod";
import { UserError } from "../errors.js";
import { suggest } from "../suggest.js";
import { identifier } from "../warehouse/engine.js";
import { parseYaml } from "../yaml.js";
import type { NamedColumns } from "./estimate/method.js";
import { analysisSchema, openAnalysis } from "./estimate/methods.js";
import { keepTables } from "./keep-tables.js";
import type { PlaceOf } from "./model-columns.js";
import { tableFields, type RunContext, type Stage, type StageKind } from "./stage.js";

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
    const { reads, suffixes, parameters, run: estimateWith } = openAnalysis(data);
    return {
      reads: new Map(reads.map(({ table }) => [table, placeOf(["table"])])),
      parameters: new Set(parameters),
      makes: suffixes.map((suffix) => tableName(context.name, suffix)),
      identity: () => Promise.resolve({ analysis: data }),
      ...(spec.history ? { history: spec.history } : {}),
      async run(run) {
        for (const columns of reads) await checkColumns(run, columns, placeOf);
        const { tables, summary, notices } = await estimateWith(run);
        const named = suffixes.map(
          (suffix) => [tableName(run.name, suffix), tables.get(suffix) ?? []] as const,
        );
        return {
          ...(await keepTables(run, named)),
          summary,
          notices: (notices ?? []).map((notice) => `${run.name}: ${notice}`),
        };
      },
    };
  },
};

function tableName(stage: string, suffix: string): string {
  return suffix === "" ? stage : `${stage}_${suffix}`;
}

async function checkColumns(
  run: RunContext,
  { table, columns }: NamedColumns,
  place: PlaceOf,
): Promise<void> {
  const known = (await run.session.describe(`select * from ${identifier(table)}`)).map(({ name }) => name);
  for (const { path, name } of columns) {
    if (known.includes(name)) continue;
    throw new UserError(`the table ${table} has no column ${name}`, {
      place: place(path),
      hint: suggest(name, known),
    });
  }
}
