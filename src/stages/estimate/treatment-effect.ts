import { z } from "zod";
import { balance, effectiveSize, type Balance } from "../../stats/balance.js";
import { designMatrix } from "../../stats/design-matrix.js";
import { crossFit, effectOnTreated, type TreatedRows } from "../../stats/doubly-robust.js";
import { valueEffect } from "../../stats/value-effect.js";
import type { ColumnTypes, Row } from "../keep-tables.js";
import { groupsOf, readRows, type Rows } from "./rows.js";
import { analysisFields, minGroupSize, nameField, textColumns } from "./fields.js";
import type { Analysis } from "./method.js";

export const treatmentEffectSchema = z.strictObject({
  method: z.literal("treatment_effect").describe("Effect of an exposure, against comparable units"),
  ...analysisFields,
  by: nameField.describe("One estimate for each of its values"),
  unit: nameField.describe("Who was exposed or not; rows of one unit are not taken for independent"),
  treatment: nameField.describe("Whether they were: true or false"),
  outcome: nameField.describe("True or false; null where not yet known"),
  confounders: z
    .array(nameField)
    .nonempty()
    .describe("Facts from before the exposure; numbers or categories"),
  value: nameField.describe("What is lost with the outcome, such as a year's spending"),
  counted: nameField.describe("Whether an exposed row counts in the mean loss of value: true or false"),
  min_group_size: minGroupSize,
});

type Spec = z.output<typeof treatmentEffectSchema>;

/** What an exposure does to a yes-or-no outcome of those exposed, and to what they are worth. */
export function treatmentEffect(spec: Spec): Analysis {
  const { table, by, unit, treatment, outcome, confounders, value, counted } = spec;
  const fields = Object.entries({ by, unit, treatment, outcome, value, counted });
  return {
    columns: {
      "": { ...textColumns([by]), ...effectColumns },
      balance: { ...textColumns([by]), ...balanceColumns },
    },
    reads: [
      {
        table,
        columns: [
          ...fields.map(([field, name]) => ({ path: [field], name })),
          ...confounders.map((name, index) => ({ path: ["confounders", index], name })),
        ],
      },
    ],
    async run({ session }) {
      const effects: Row[] = [];
      const balances: Row[] = [];
      const names = [unit, treatment, outcome, value, counted, ...confounders];
      for (const group of await groupsOf(session, table, [by])) {
        const rows = await readRows(session, table, names, group);
        const found = estimate(spec, rows);
        effects.push({ ...group, ...found.effect });
        balances.push(...found.balance.map((row) => ({ ...group, ...row })));
      }
      const estimated = effects.filter(({ status }) => status === "estimated").length;
      return {
        rows: { "": effects, balance: balances },
        summary: `${estimated} of ${effects.length} effects estimated`,
      };
    },
  };
}

const effectColumns = {
  status: "text",
  exposed: "number",
  compared: "number",
  exposed_rate: "number",
  comparable_rate: "number",
  effect: "number",
  effect_low: "number",
  effect_high: "number",
  standard_error: "number",
  overlap: "number",
  effective_size: "number",
  largest_difference_before: "number",
  largest_difference_after: "number",
  counted: "number",
  value_effect: "number",
  value_effect_low: "number",
  value_effect_high: "number",
} as const satisfies ColumnTypes;

const balanceColumns = { fact: "text", before: "number", after: "number" } as const satisfies ColumnTypes;

interface Found {
  effect: Row;
  balance: (Balance & Row)[];
}

function estimate(spec: Spec, rows: Rows): Found {
  const { unit, treatment, outcome, confounders, value, counted, min_group_size } = spec;
  const treated = Uint8Array.from(rows.numbers(treatment));
  const { numbers: clusters, count: clusterCount } = rows.units(unit);
  const study: TreatedRows = {
    design: designMatrix(
      rows.n,
      confounders.map((name) => rows.fact(name)),
    ),
    treated,
    outcome: rows.numbers(outcome),
    clusters,
    clusterCount,
  };
  const sizes = armSizes(study);
  const counts = { exposed: sizes[1].rows, compared: sizes[0].rows };
  const reason = refusal(sizes, min_group_size);
  if (reason !== undefined) return { effect: { status: reason, ...counts }, balance: [] };
  const models = crossFit(study);
  const { weights } = models;
  const kept = weights.reduce((sum, weight, row) => sum + (treated[row]! && weight > 0 ? 1 : 0), 0);
  if (kept < min_group_size) {
    return { effect: { status: "hardly anybody comparable", ...counts }, balance: [] };
  }
  const effect = effectOnTreated(study, models);
  const differences = balance(study.design, treated, weights);
  const loss = valueEffect(study, models, rows.numbers(value), rows.numbers(counted));
  const exposedRate = sizes[1].events / sizes[1].rows;
  return {
    effect: {
      status: "estimated",
      ...counts,
      exposed_rate: exposedRate,
      comparable_rate: exposedRate - effect.value,
      effect: effect.value,
      effect_low: effect.low,
      effect_high: effect.high,
      standard_error: effect.standardError,
      overlap: kept / sizes[1].rows,
      effective_size: effectiveSize(weights.filter((_, row) => !treated[row])),
      largest_difference_before: Math.max(...differences.map(({ before }) => Math.abs(before))),
      largest_difference_after: Math.max(...differences.map(({ after }) => Math.abs(after))),
      counted: loss?.counted ?? 0,
      value_effect: loss?.value ?? null,
      value_effect_low: loss?.low ?? null,
      value_effect_high: loss?.high ?? null,
    },
    balance: differences.map((difference) => ({ ...difference })),
  };
}

interface ArmSize {
  rows: number;
  events: number;
}

/** Rows with a known outcome, untreated ones first. */
function armSizes({ treated, outcome }: TreatedRows): readonly [ArmSize, ArmSize] {
  const arms: [ArmSize, ArmSize] = [
    { rows: 0, events: 0 },
    { rows: 0, events: 0 },
  ];
  outcome.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    const arm = treated[row] ? arms[1] : arms[0];
    arm.rows++;
    arm.events += value;
  });
  return arms;
}

function refusal([unexposed, exposed]: readonly [ArmSize, ArmSize], smallest: number): string | undefined {
  if (exposed.rows === 0) return "nobody exposed was watched long enough";
  if (unexposed.rows === 0) return "nobody to compare with";
  if (exposed.rows < smallest) return `fewer than ${smallest} exposed`;
  if (unexposed.rows < smallest) return `fewer than ${smallest} to compare with`;
  const events = exposed.events + unexposed.events;
  if (events === 0 || events === exposed.rows + unexposed.rows) return "the outcome is the same for all";
  return undefined;
}
