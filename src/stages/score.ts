import { join } from "node:path";
import { z } from "zod";
import { identifier, type Column } from "../warehouse/engine.js";
import { checkFeatures, type PlaceOf } from "./model-columns.js";
import { columnOf } from "./model-data.js";
import type { ModelSpec } from "./model-spec.js";
import { tableFields, type RunContext, type Stage, type StageKind, type StageResult } from "./stage.js";
import { openModel } from "./train.js";

const schema = z.strictObject({
  score: z.string().describe("A model file"),
  on: z.string().describe("The table whose rows to score: it has the model's key and features"),
  ...tableFields,
});

type ScoreSpec = z.output<typeof schema>;

/** Applies the champion of a model to the rows of a table. Without a champion all scores are empty. */
export const score: StageKind<ScoreSpec> = {
  schema,
  async open(spec, context): Promise<Stage> {
    const { data, placeOf, file } = await openModel(spec.score, "score", context);
    const table = spec.on.toLowerCase();
    return {
      reads: new Map([[table, context.place("on")]]),
      parameters: new Set<string>(),
      makes: [context.name],
      identity: () => Promise.resolve({ model: data, on: table }),
      applies: file,
      ...(spec.history ? { history: spec.history } : {}),
      run: (run) => scoreTable(run, data, table, placeOf),
    };
  },
};

async function scoreTable(
  run: RunContext,
  spec: ModelSpec,
  table: string,
  place: PlaceOf,
): Promise<StageResult> {
  const key = spec.key.map(identifier).join(", ");
  const { folder } = run.model ?? {};
  if (folder === undefined) {
    return keepScores(
      run,
      `select ${key}, ${columns(spec, "null::double", "null::varchar")} from ${identifier(table)} limit 0`,
    );
  }
  await checkFeatures(run, spec, table, place);
  const rows = await run.session.columns(`select * from ${identifier(table)} order by ${key}`);
  run.progress(`${rows[0]?.values.length ?? 0} rows`);
  const { applyModel } = await import("./apply.js");
  const { probabilities, reasons } = await applyModel(spec, join(run.project, folder), rows);
  const scores: Column[] = [
    ...spec.key.map((name) => columnOf(rows, name)),
    { name: "probability", type: "number", values: probabilities },
    { name: "reason", type: "text", values: reasons },
  ];
  await run.session.insert("scores", scores);
  const types = await run.session.describe(`select ${key} from ${identifier(table)}`);
  const cast = types
    .map(({ name, type }) => `${identifier(name)}::${type} as ${identifier(name)}`)
    .join(", ");
  return keepScores(
    run,
    `select ${cast}, ${columns(spec, "probability", "reason")} from temp.scores order by all`,
  );
}

function columns(spec: ModelSpec, probability: string, reason: string): string {
  return `${probability} as ${identifier(spec.output)}, ${reason} as ${identifier(`${spec.output}_reasons`)}`;
}

async function keepScores(run: RunContext, sql: string): Promise<StageResult> {
  const { file, made: rows } = await run.store.write(run.name, run.fingerprint, "parquet", (temporary) =>
    run.session.copy(sql, temporary, "parquet"),
  );
  return {
    files: [file],
    tables: { [run.name]: { files: [file], rows } },
    summary:
      run.model?.folder === undefined
        ? "no model, no scores"
        : `${rows} rows with ${run.model.name} ${run.model.version}`,
  };
}
