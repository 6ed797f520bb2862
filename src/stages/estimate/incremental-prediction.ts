import { z } from "zod";
import {
  incrementalPrediction as predictWith,
  type IncrementalPrediction,
} from "../../stats/incremental-prediction.js";
import type { ColumnTypes, Row } from "../keep-tables.js";
import type { RunContext } from "../stage.js";
import { chosen, chosenFact } from "./chosen-rows.js";
import { analysisFields, minGroupSize, nameField } from "./fields.js";
import { intervalFields } from "./interval-fields.js";
import type { Analysis } from "./method.js";
import { readRows } from "./rows.js";

const names = z.array(nameField).nonempty();

export const incrementalPredictionSchema = z.strictObject({
  method: z
    .literal("incremental_prediction")
    .describe("Whether facts predict an outcome beyond what others predict already"),
  ...analysisFields,
  time: nameField.describe(
    "The date of each row: the newest rows test what earlier ones teach. A unit has one row a date",
  ),
  outcome: nameField.describe("True or false; rows without one are left out"),
  base: names.describe("Facts that predict already: numbers or categories"),
  added: z
    .record(nameField, names)
    .describe("Name -> facts that may predict beyond them; each name is tried apart"),
  min_group_size: minGroupSize,
});

type Spec = z.output<typeof incrementalPredictionSchema>;

/** What facts add to the prediction of an outcome, on newer rows than those learnt from. */
export function incrementalPrediction(spec: Spec): Analysis {
  const { table, time, outcome, base, added } = spec;
  return {
    columns: { "": columns },
    reads: [
      {
        table,
        columns: [
          { path: ["time"], name: time },
          { path: ["outcome"], name: outcome },
          ...base.map((name, index) => ({ path: ["base", index], name })),
          ...Object.entries(added).flatMap(([key, facts]) =>
            facts.map((name, index) => ({ path: ["added", key, index], name })),
          ),
        ],
      },
    ],
    async run(run) {
      const data = await readData(run, spec);
      const caveat = refusalOf(data, spec);
      const rows = Object.entries(added).map(([name, facts]) => {
        const found = caveat === null ? predictWith(data, facts.map(data.fact)) : null;
        return rowOf(name, data, found, caveat);
      });
      return {
        rows: { "": rows },
        summary: caveat ?? rows.map((row) => `${String(row.added)} ${String(row.verdict)}`).join(", "),
      };
    },
  };
}

async function readData(run: RunContext, { table, time, outcome, base, added }: Spec) {
  const rows = await readRows(run.session, table, [time, outcome, ...base, ...Object.values(added).flat()]);
  const isKnown = rows.numbers(outcome).map((value) => Number(!Number.isNaN(value)));
  const fact = (name: string) => chosenFact(rows.fact(name), isKnown);
  const times = [...fact(time).values];
  const newest = times.reduce<string | number | null>(
    (latest, each) => (each !== null && (latest === null || each > latest) ? each : latest),
    null,
  );
  return {
    outcome: chosen(rows.numbers(outcome), isKnown),
    isTraining: Float64Array.from(times, (each) => Number(each !== newest)),
    base: base.map(fact),
    fact,
    testedOn: newest === null ? null : String(newest),
  };
}

type Data = Awaited<ReturnType<typeof readData>>;

/** Why nothing can be learnt or tested, in words; null where it can. */
function refusalOf({ outcome, isTraining }: Data, { min_group_size }: Spec): string | null {
  for (const [side, of] of [
    ["learn from", 1],
    ["test on", 0],
  ] as const) {
    for (const value of [1, 0]) {
      const rows = outcome.filter((each, row) => each === value && isTraining[row] === of).length;
      if (rows < min_group_size) {
        const what = value === 1 ? "with" : "without";
        return `${rows} rows ${what} the outcome to ${side}, ${min_group_size} are needed`;
      }
    }
  }
  return null;
}

const columns = {
  added: "text",
  tested_on: "text",
  training_rows: "number",
  test_rows: "number",
  base_auc: "number",
  auc: "number",
  auc_gain: "number",
  auc_gain_low: "number",
  auc_gain_high: "number",
  base_log_loss: "number",
  log_loss: "number",
  log_loss_gain: "number",
  log_loss_gain_low: "number",
  log_loss_gain_high: "number",
  likelihood_ratio: "number",
  degrees_of_freedom: "number",
  p_value: "number",
  verdict: "text",
  caveat: "text",
} as const satisfies ColumnTypes;

function rowOf(
  added: string,
  { isTraining, testedOn }: Data,
  found: IncrementalPrediction | null,
  caveat: string | null,
): Row {
  const training = isTraining.reduce((sum, value) => sum + value, 0);
  return {
    added,
    tested_on: testedOn,
    training_rows: training,
    test_rows: isTraining.length - training,
    base_auc: found && found.baseAuc,
    auc: found && found.auc,
    ...intervalFields("auc_gain", found && found.aucGain),
    base_log_loss: found && found.baseLogLoss,
    log_loss: found && found.logLoss,
    ...intervalFields("log_loss_gain", found && found.logLossGain),
    likelihood_ratio: found && found.likelihoodRatio,
    degrees_of_freedom: found && found.degreesOfFreedom,
    p_value: found && found.pValue,
    verdict: found && verdictOf(found),
    caveat,
  };
}

/** Facts predict where the likelihood ratio is beyond chance (5%) and predictions of new rows gain by them. */
function verdictOf({ pValue, logLossGain }: IncrementalPrediction): string {
  if (pValue < 0.05 && logLossGain.value > 0) return "predicts";
  return logLossGain.high < 0 ? "misleads" : "cannot_be_told";
}
