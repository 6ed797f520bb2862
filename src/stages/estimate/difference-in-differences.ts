import { z } from "zod";
import { chosenRows, designMatrix } from "../../stats/design-matrix.js";
import {
  differenceInDifferences as differenceOfChanges,
  differenceInMeans,
  type Moments,
  type TestedEffect,
} from "../../stats/difference-in-differences.js";
import type { ColumnTypes, Row } from "../keep-tables.js";
import { analysisFields, minGroupSize, nameField, textColumns } from "./fields.js";
import type { Analysis } from "./method.js";
import { groupsOf, readRows, type Rows } from "./rows.js";

export const differenceInDifferencesSchema = z.strictObject({
  method: z
    .literal("difference_in_differences")
    .describe("Effect of a treatment: by lot where a lot decided, else by how much more the treated changed"),
  ...analysisFields,
  by: z.array(nameField).nonempty().describe("One estimate for each combination of their values"),
  treatment: nameField.describe("Whether the row's unit was treated at any time: true or false"),
  randomised: nameField.describe("Whether a lot decided who was treated: true or false"),
  period: nameField.describe(
    "after, before or earlier: before and earlier are compared to see whether trends differed",
  ),
  outcome: nameField.describe("A number from 0 to 1, or true and false"),
  confounders: z
    .array(nameField)
    .nonempty()
    .describe("Facts known at the row's moment; numbers or categories"),
  unit: nameField.describe("What was treated or not: rows of one unit are not taken for independent"),
  subject: nameField.describe(
    "Whose rows are not taken for independent where there are too few units, such as customers of three carriers",
  ),
  min_units: z.int().min(4).default(12).describe("With fewer units intervals are by subject, and it is said"),
  min_group_size: minGroupSize,
});

type Spec = z.output<typeof differenceInDifferencesSchema>;

/** What a treatment did to those treated: the randomised comparison, or difference in differences with a check of trends. */
export function differenceInDifferences(spec: Spec): Analysis {
  const { table, by, treatment, randomised, period, outcome, confounders, unit, subject } = spec;
  const fields = Object.entries({ treatment, randomised, period, outcome, unit, subject });
  return {
    columns: { "": { ...textColumns(by), ...effectColumns } },
    reads: [
      {
        table,
        columns: [
          ...fields.map(([field, name]) => ({ path: [field], name })),
          ...by.map((name, index) => ({ path: ["by", index], name })),
          ...confounders.map((name, index) => ({ path: ["confounders", index], name })),
        ],
      },
    ],
    async run({ session }) {
      const effects: Row[] = [];
      const names = [...fields.map(([, name]) => name), ...confounders];
      for (const group of await groupsOf(session, table, by)) {
        const rows = await readRows(session, table, names, group);
        effects.push({ ...group, ...estimate(spec, rows) });
      }
      const estimated = effects.filter(({ status }) => status === "estimated").length;
      return {
        rows: { "": effects },
        summary: `${estimated} of ${effects.length} effects estimated`,
      };
    },
  };
}

const effectColumns = {
  status: "text",
  design: "text",
  treated_after: "number",
  treated_before: "number",
  untreated_after: "number",
  untreated_before: "number",
  clusters: "number",
  clustered_by: "text",
  treated_mean: "number",
  expected_mean: "number",
  effect: "number",
  effect_low: "number",
  effect_high: "number",
  standard_error: "number",
  p_value: "number",
  trend_gap: "number",
  trend_gap_low: "number",
  trend_gap_high: "number",
  trend_p_value: "number",
} as const satisfies ColumnTypes;

function estimate(spec: Spec, rows: Rows): Row {
  const treated = Uint8Array.from(rows.numbers(spec.treatment));
  const periods = rows.texts(spec.period);
  const isRandomised = rows.numbers(spec.randomised).some((value) => value === 1);
  const outcome = rows.numbers(spec.outcome);
  const count = (arm: number, ...named: string[]) =>
    periods.filter((period, row) => treated[row] === arm && period !== null && named.includes(period)).length;
  const counts = {
    design: isRandomised ? "randomised" : "difference_in_differences",
    treated_after: count(1, "after"),
    treated_before: count(1, "before", "earlier"),
    untreated_after: count(0, "after"),
    untreated_before: count(0, "before", "earlier"),
  };
  const units = rows.units(spec.unit);
  const isFewUnits = units.count < spec.min_units;
  const { numbers: clusters, count: clusterCount } = isFewUnits ? rows.units(spec.subject) : units;
  const moments = {
    design: designMatrix(
      rows.n,
      spec.confounders.map((name) => rows.fact(name)),
    ),
    outcome,
    treated,
    clusters,
    clusterCount,
  };
  const compare = (after: readonly string[], before: readonly string[]) =>
    compared(moments, periods, after, isRandomised ? [] : before, spec.min_group_size);
  const effect = compare(["after"], ["before", "earlier"]);
  const clustering = { clusters: clusterCount, clustered_by: isFewUnits ? spec.subject : spec.unit };
  if (typeof effect === "string") return { status: effect, ...counts, ...clustering };
  const gap = isRandomised ? compare(["before"], []) : compare(["before"], ["earlier"]);
  const trend = typeof gap === "string" ? undefined : gap;
  const treatedMean = meanWhere(outcome, (row) => treated[row] === 1 && periods[row] === "after");
  return {
    status: "estimated",
    ...counts,
    ...clustering,
    treated_mean: treatedMean,
    expected_mean: treatedMean - effect.value,
    effect: effect.value,
    effect_low: effect.low,
    effect_high: effect.high,
    standard_error: effect.standardError,
    p_value: effect.p,
    trend_gap: trend?.value ?? null,
    trend_gap_low: trend?.low ?? null,
    trend_gap_high: trend?.high ?? null,
    trend_p_value: trend?.p ?? null,
  };
}

/** The effect, or why there is none. Without periods before, the difference of means after. */
function compared(
  all: Omit<Moments, "after">,
  periods: readonly (string | null)[],
  after: readonly string[],
  before: readonly string[],
  smallest: number,
): TestedEffect | string {
  const chosen = periods.flatMap((period, row) =>
    period !== null && (after.includes(period) || before.includes(period)) ? [row] : [],
  );
  const moments = momentsOf(all, chosen, (row) => after.includes(periods[row] ?? ""));
  const reason = refusal(moments, before.length > 0, smallest);
  if (reason !== undefined) return reason;
  return before.length > 0
    ? differenceOfChanges(moments)
    : differenceInMeans(moments.outcome, moments.treated, moments.clusters, moments.clusterCount);
}

function momentsOf(
  { design, outcome, treated, clusters, clusterCount }: Omit<Moments, "after">,
  rows: readonly number[],
  isAfter: (row: number) => boolean,
): Moments {
  return {
    design: chosenRows(design, rows),
    outcome: Float64Array.from(rows, (row) => outcome[row]!),
    treated: Uint8Array.from(rows, (row) => treated[row]!),
    after: Uint8Array.from(rows, (row) => (isAfter(row) ? 1 : 0)),
    clusters: Uint32Array.from(rows, (row) => clusters[row]!),
    clusterCount,
  };
}

function refusal(
  { outcome, treated, after }: Moments,
  hasBefore: boolean,
  smallest: number,
): string | undefined {
  const size = (arm: number, period: number) =>
    treated.reduce((sum, value, row) => sum + Number(value === arm && after[row] === period), 0);
  const sizes = [
    ["treated", "after", size(1, 1)],
    ["untreated", "after", size(0, 1)],
    ...(hasBefore
      ? ([
          ["treated", "before", size(1, 0)],
          ["untreated", "before", size(0, 0)],
        ] as const)
      : []),
  ] as const;
  for (const [arm, period, n] of sizes) {
    if (n < smallest) return n === 0 ? `nobody ${arm} ${period}` : `fewer than ${smallest} ${arm} ${period}`;
  }
  const first = outcome[0];
  return outcome.every((value) => value === first) ? "the outcome is the same for all" : undefined;
}

function meanWhere(values: Float64Array, isWanted: (row: number) => boolean): number {
  const wanted = values.filter((_, row) => isWanted(row));
  return wanted.reduce((sum, value) => sum + value, 0) / wanted.length;
}
