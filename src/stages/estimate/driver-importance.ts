import { z } from "zod";
import type { Interval } from "../../stats/bootstrap.js";
import { designMatrix } from "../../stats/design-matrix.js";
import { driverImportance as importanceOf, type DriverImportance } from "../../stats/driver-importance.js";
import { mostRegressors } from "../../stats/shapley-regression.js";
import type { ColumnTypes, Row } from "../keep-tables.js";
import { chosen, chosenFact } from "./chosen-rows.js";
import { analysisFields, minGroupSize, nameField } from "./fields.js";
import { intervalFields } from "./interval-fields.js";
import type { Analysis } from "./method.js";
import { readRows, type Rows } from "./rows.js";

export const driverImportanceSchema = z.strictObject({
  method: z
    .literal("driver_importance")
    .describe("What moves an outcome: Shapley regression on drivers that may be correlated"),
  ...analysisFields,
  unit: nameField.describe("Rows of one unit, such as a customer, are not independent"),
  outcomes: z
    .array(nameField)
    .nonempty()
    .describe("Numbers, or true and false, each explained apart; rows without one are left out of it"),
  drivers: z
    .array(nameField)
    .nonempty()
    .max(mostRegressors)
    .describe("Numbers that may move the outcomes; an unknown one counts as the mean"),
  adjust_for: z
    .array(nameField)
    .default([])
    .describe("Facts that are always in the model: numbers or categories"),
  min_group_size: minGroupSize,
});

type Spec = z.output<typeof driverImportanceSchema>;

/** How much each driver has to do with each outcome, and what one unit of it is worth. */
export function driverImportance(spec: Spec): Analysis {
  const lists = { outcomes: spec.outcomes, drivers: spec.drivers, adjust_for: spec.adjust_for };
  return {
    columns: { "": driverColumns, outcomes: outcomeColumns },
    reads: [
      {
        table: spec.table,
        columns: [
          { path: ["unit"], name: spec.unit },
          ...Object.entries(lists).flatMap(([field, names]) =>
            names.map((name, index) => ({ path: [field, index], name })),
          ),
        ],
      },
    ],
    async run(run) {
      const names = [spec.unit, ...spec.outcomes, ...spec.drivers, ...spec.adjust_for];
      const rows = await readRows(run.session, spec.table, names);
      const found = spec.outcomes.map((outcome) => explain(rows, spec, outcome));
      return {
        rows: { "": found.flatMap(driverRows), outcomes: found.map(outcomeRow) },
        summary: found.map(inWords).join("; "),
      };
    },
  };
}

interface Answer {
  outcome: string;
  drivers: readonly string[];
  rows: number;
  units: number;
  mean: number;
  result?: DriverImportance;
  caveat?: string;
}

function explain(rows: Rows, spec: Spec, outcome: string): Answer {
  const isKnown = rows.numbers(outcome).map((value) => Number(!Number.isNaN(value)));
  const values = chosen(rows.numbers(outcome), isKnown);
  const clusters = chosen(rows.units(spec.unit).numbers, isKnown);
  const drivers = spec.drivers.map((driver) => chosen(rows.numbers(driver), isKnown));
  const always = designMatrix(
    values.length,
    spec.adjust_for.map((name) => chosenFact(rows.fact(name), isKnown)),
  );
  const answer: Answer = {
    outcome,
    drivers: spec.drivers,
    rows: values.length,
    units: new Set(clusters).size,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
  };
  const needed = Math.max(spec.min_group_size, 2 * (always.d + drivers.length));
  if (answer.units < needed) {
    return { ...answer, caveat: `${answer.units} units have an answer, ${needed} are needed` };
  }
  const result = importanceOf({ outcome: values, drivers, always, clusters }, `${spec.table}/${outcome}`);
  return result
    ? { ...answer, result }
    : { ...answer, caveat: "the outcome or every driver is always the same" };
}

const driverColumns = {
  outcome: "text",
  driver: "text",
  rank: "number",
  importance: "number",
  importance_low: "number",
  importance_high: "number",
  effect: "number",
  effect_low: "number",
  effect_high: "number",
  verdict: "text",
  caveat: "text",
} as const satisfies ColumnTypes;

function driverRows({ outcome, drivers, result, caveat }: Answer): Row[] {
  const rows = drivers.map((driver, k): Row => {
    const importance = result?.importance[k] ?? null;
    const effect = result?.effect[k] ?? null;
    return {
      outcome,
      driver,
      ...intervalFields("importance", importance),
      ...intervalFields("effect", effect),
      verdict: effect && verdictOf(effect),
      caveat: caveat ?? (effect ? null : "never varies"),
    };
  });
  rows.sort((a, b) => Number(b.importance ?? -1) - Number(a.importance ?? -1));
  return rows.map((row, index) => ({ ...row, rank: row.importance === null ? null : index + 1 }));
}

function verdictOf({ low, high }: Interval): string {
  if (low > 0) return "raises";
  return high < 0 ? "lowers" : "cannot_be_told";
}

const outcomeColumns = {
  outcome: "text",
  rows: "number",
  units: "number",
  mean: "number",
  r_squared: "number",
  r_squared_low: "number",
  r_squared_high: "number",
  explained: "number",
  explained_low: "number",
  explained_high: "number",
  caveat: "text",
} as const satisfies ColumnTypes;

function outcomeRow({ outcome, rows, units, mean, result, caveat }: Answer): Row {
  return {
    outcome,
    rows,
    units,
    mean: rows > 0 ? mean : null,
    ...intervalFields("r_squared", result?.rSquared ?? null),
    ...intervalFields("explained", result?.explained ?? null),
    caveat: caveat ?? null,
  };
}

function inWords({ outcome, drivers, result, caveat }: Answer): string {
  if (!result) return `${outcome}: ${caveat}`;
  const [first] = driverRows({ outcome, drivers, result, rows: 0, units: 0, mean: 0 });
  return `${outcome}: ${String(first?.driver)} first`;
}
