import type { Column } from "../warehouse/engine.js";
import type { Contribution, ExplainedRow } from "./scorer.js";

/** A contribution among the largest of its row; 1 is the largest. */
export interface Reason extends Contribution {
  rank: number;
  direction: "raises" | "lowers";
}

/** Beyond the fewest that are asked for, reasons are given that move the score by at least this share of the first. */
const worthTelling = 0.2;

/** The contributions that move a score most, the largest first: `least` of them, and up to `most` while they matter. */
export function reasonsOf(
  { contributions }: ExplainedRow,
  [least, most]: readonly [number, number],
): Reason[] {
  const sorted = contributions
    .filter(({ contribution }) => contribution !== 0)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || (a.feature < b.feature ? -1 : 1));
  const enough = worthTelling * Math.abs(sorted[0]?.contribution ?? 0);
  return sorted
    .slice(0, most)
    .filter(({ contribution }, index) => index < least || Math.abs(contribution) >= enough)
    .map((reason, index) => ({
      ...reason,
      rank: index + 1,
      direction: reason.contribution > 0 ? "raises" : "lowers",
    }));
}

/** Columns of the table of reasons, with their types, that follow its key. */
export const reasonTypes: Readonly<Record<string, string>> = {
  rank: "integer",
  feature: "varchar",
  value: "varchar",
  contribution: "double",
  direction: "varchar",
};

/** Reasons as columns; `keys` are those of the rows that they belong to. */
export function reasonColumns(keys: readonly Column[], reasons: readonly Reason[][]): Column[] {
  const rows = reasons.flatMap((ofRow, row) => ofRow.map((reason) => ({ row, reason })));
  const texts = (name: string, value: (reason: Reason) => string | null): Column => ({
    name,
    type: "text",
    values: rows.map(({ reason }) => value(reason)),
  });
  const numbers = (name: string, value: (reason: Reason) => number): Column => ({
    name,
    type: "number",
    values: Float64Array.from(rows, ({ reason }) => value(reason)),
  });
  return [
    ...keys.map(({ name, values }): Column => ({
      name,
      type: "text",
      values: rows.map(({ row }) => (values[row] === null ? null : String(values[row]))),
    })),
    numbers("rank", ({ rank }) => rank),
    texts("feature", ({ feature }) => feature),
    texts("value", ({ value }) => value),
    numbers("contribution", ({ contribution }) => contribution),
    texts("direction", ({ direction }) => direction),
  ];
}
