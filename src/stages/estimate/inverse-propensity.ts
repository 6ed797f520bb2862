import { z } from "zod";
import { designMatrix } from "../../stats/design-matrix.js";
import { analysisFields, minGroupSize, nameField, textColumns } from "./fields.js";
import type { Analysis } from "./method.js";
import { groupsOf, readRows, type Rows } from "./rows.js";
import { dealt } from "../../stats/linearised.js";
import { responseModel, responseWeights } from "../../stats/response-model.js";
import { representativeness } from "../../stats/representativeness.js";
import type { ColumnTypes, Row } from "../keep-tables.js";
import { boundRows, boundColumns, gapColumns, gapRows } from "./nonresponse-tables.js";
import { scoreColumns, scoreRow, type Group, type Score, type Weighting } from "./weighted-scores.js";

const scoreSchema = z.strictObject({
  column: nameField.describe("The score; null for those who gave none"),
  lowest: z.number().describe("The lowest score that could be given"),
  highest: z.number().describe("The highest score that could be given"),
  follow_up: nameField
    .optional()
    .describe("The score of those whom a lot chose to be asked again; null for the rest"),
});

export const inversePropensitySchema = z.strictObject({
  method: z
    .literal("inverse_propensity")
    .describe("Scores of all who were asked, from those who answered and their modelled chance to answer"),
  ...analysisFields,
  by: nameField.describe("One estimate for each of its values, such as a period"),
  unit: nameField.describe("Who was asked; rows of one unit are not taken for independent"),
  answered: nameField.describe("Whether they answered: true or false"),
  scores: z.array(scoreSchema).nonempty(),
  credibility: nameField.describe("Weight of an answer by how far it is believed; null counts as 1"),
  facts: z
    .record(nameField, z.array(nameField).nonempty())
    .describe(
      "Facts from before the question, numbers or categories, by the theme under which the gap is explained",
    ),
  groups: z.array(nameField).default([]).describe("Columns by whose values scores are estimated, too"),
  trim_at: z
    .number()
    .min(0.5)
    .max(1)
    .default(0.99)
    .describe("Weights above this quantile of them are set to it"),
  odds_ratios: z
    .array(z.number().gt(1))
    .default([1.25, 1.5, 2, 3])
    .describe("How much the score itself may move the odds to answer, for the bounds"),
  min_group_size: minGroupSize,
});

type Spec = z.output<typeof inversePropensitySchema>;

/** Scores of everyone who was asked, when some kept silent. */
export function inversePropensity(spec: Spec): Analysis {
  const { table, by } = spec;
  const named = namedColumns(spec);
  const key = textColumns([by]);
  return {
    columns: {
      "": { ...key, dimension: "text", group: "text", ...scoreColumns },
      bounds: { ...key, ...boundColumns },
      gap: { ...key, ...gapColumns },
      balance: { ...key, ...balanceColumns },
    },
    reads: [{ table, columns: named }],
    async run({ session }) {
      const found: Found = { scores: [], bounds: [], gap: [], balance: [] };
      const names = named.map(({ name }) => name).filter((name) => name !== by);
      for (const group of await groupsOf(session, table, [by])) {
        const part = estimate(spec, await readRows(session, table, names, group));
        for (const kind of kinds) found[kind].push(...part[kind].map((row) => ({ ...group, ...row })));
      }
      return {
        rows: { "": found.scores, bounds: found.bounds, gap: found.gap, balance: found.balance },
        summary: summary(found.scores),
      };
    },
  };
}

const balanceColumns = { column: "text", before: "number", after: "number" } as const satisfies ColumnTypes;

const kinds = ["scores", "bounds", "gap", "balance"] as const;

type Found = Record<(typeof kinds)[number], Row[]>;

function namedColumns({ by, unit, answered, credibility, scores, facts, groups }: Spec) {
  return [
    ...Object.entries({ by, unit, answered, credibility }).map(([field, name]) => ({ path: [field], name })),
    ...scores.flatMap(({ column, follow_up }, index) => [
      { path: ["scores", index, "column"], name: column },
      ...(follow_up === undefined ? [] : [{ path: ["scores", index, "follow_up"], name: follow_up }]),
    ]),
    ...Object.entries(facts).flatMap(([theme, names]) =>
      names.map((name, index) => ({ path: ["facts", theme, index], name })),
    ),
    ...groups.map((name, index) => ({ path: ["groups", index], name })),
  ];
}

function estimate(spec: Spec, rows: Rows): Found {
  const answered = rows.numbers(spec.answered);
  const facts = Object.values(spec.facts).flat();
  const design = designMatrix(
    rows.n,
    facts.map((name) => rows.fact(name)),
  );
  const model = responseModel(design, answered, dealt(rows.units(spec.unit)));
  const weights = responseWeights(model, spec.trim_at);
  const credibility = rows.numbers(spec.credibility).map((weight) => (Number.isNaN(weight) ? 1 : weight));
  const weighting: Weighting = {
    model,
    weights,
    believed: {
      ...weights,
      values: weights.values.map((weight, row) => weight * credibility[row]!),
      slopes: weights.slopes.map((slope, row) => slope * credibility[row]!),
    },
    credibility,
    minGroupSize: spec.min_group_size,
  };
  const scores = spec.scores.map((score) => scoreOf(score, rows, answered));
  const told = scores.filter((score) => score.rows.length >= spec.min_group_size);
  const everyone: Group = { rows: Int32Array.from({ length: rows.n }, (_, row) => row), has: () => true };
  const groups = [
    { dimension: "all", group: "all", members: everyone },
    ...spec.groups.flatMap((dimension) => membersOf(dimension, rows.texts(dimension))),
  ];
  return {
    scores: groups.flatMap(({ dimension, group, members }) =>
      scores.map((score) => ({ dimension, group, ...scoreRow(weighting, score, members) })),
    ),
    bounds: told.flatMap((score) => boundRows(weighting, score, everyone, spec.odds_ratios)),
    gap: told.flatMap((score) => gapRows(weighting, score, spec.facts)),
    balance: representativeness(design, answered, weights.values).map((row) => ({ ...row })),
  };
}

function scoreOf(
  { column, follow_up, ...scale }: Spec["scores"][number],
  rows: Rows,
  answered: Float64Array,
): Score {
  const values = rows.numbers(column);
  const called = follow_up === undefined ? undefined : rows.numbers(follow_up);
  return {
    column,
    ...scale,
    rows: rowsWhere(rows.n, (row) => answered[row] === 1 && !Number.isNaN(values[row]!)),
    values,
    followUps: called && {
      rows: rowsWhere(rows.n, (row) => answered[row] === 0 && !Number.isNaN(called[row]!)),
      values: called,
    },
  };
}

/** The values of a column, in order, and of each the rows that have it. */
function membersOf(dimension: string, values: readonly (string | null)[]) {
  const known = [...new Set(values)].filter((value) => value !== null).sort();
  return known.map((group) => {
    const has = (row: number) => values[row] === group;
    return { dimension, group, members: { rows: rowsWhere(values.length, has), has } };
  });
}

function rowsWhere(n: number, is: (row: number) => boolean): Int32Array {
  const rows = new Int32Array(n);
  let count = 0;
  for (let row = 0; row < n; row++) if (is(row)) rows[count++] = row;
  return rows.slice(0, count);
}

function summary(rows: readonly Row[]): string {
  const all = rows.filter(({ dimension }) => dimension === "all");
  const estimated = all.filter(({ weighted }) => weighted !== null).length;
  return `${estimated} of ${all.length} scores weighted by the chance to answer`;
}
