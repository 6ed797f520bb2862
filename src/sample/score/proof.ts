import type { AspectScore, Score } from "./index.js";

/** The scores of one world. */
export interface ProvenWorld {
  seed: number;
  seconds: number;
  score: Score;
}

/** What a run claims of worlds of several seeds, added up; counts are over all seeds. */
export interface Proof {
  seeds: number;
  frictions: Frictions | Unpublished;
  nps: { covered: number; of: number } | Unpublished;
  nps_weighted: { covered: number; of: number } | Unpublished;
  actions: Actions | Unpublished;
  early_warnings: Warnings | Unpublished;
}

interface Unpublished {
  unpublished: string[];
}

interface Frictions {
  /** Effects whose 95% interval holds the truth. */
  covered: number;
  of: number;
  mean_absolute_error: number | null;
  naive_mean_absolute_error: number | null;
  /** Pairs of causes whose true revenue at risk differs by more than a quarter, and those in the right order. */
  pairs: number;
  pairs_in_order: number;
  dearest_found: number;
  by_cause: Record<string, CauseCoverage>;
}

interface CauseCoverage {
  covered: number;
  of: number;
  mean_error: number;
  naive_mean_error: number;
}

interface Actions {
  useful_found: number;
  useful: number;
  useless_called_useful: number;
  useless: number;
  covered: number;
  of: number;
  by_action: Record<string, ActionVerdicts>;
}

interface ActionVerdicts {
  is_useful: boolean;
  worked: number;
  did_not_work: number;
  undecided: number;
  covered: number;
  of: number;
  mean_error: number;
}

interface Warnings {
  /** Worlds in which the growing cause was warned of within seven days of its start. */
  avalanche_within_a_week: number;
  of: number;
  days_from_start: (number | null)[];
  false_alarms_per_quarter: number | null;
}

/** Adds up the scores of worlds. What one of them has not published is not added up but named. */
export function proofOf(worlds: readonly ProvenWorld[]): Proof {
  const scores = worlds.map(({ score }) => score);
  return {
    seeds: worlds.length,
    frictions: added(scores, "frictions", frictionsOf),
    nps: added(scores, "nps", npsOf),
    nps_weighted: added(scores, "nps_weighted", npsOf),
    actions: added(scores, "actions", actionsOf),
    early_warnings: added(scores, "early_warnings", warningsOf),
  };
}

function added<T>(
  scores: readonly Score[],
  aspect: keyof Score,
  add: (parts: readonly AspectScore[]) => T,
): T | Unpublished {
  const parts = scores.map((score) => score[aspect]);
  const missing = parts.flatMap((part) => ("unpublished" in part ? [part.unpublished] : []));
  return missing[0] ? { unpublished: namesOf(missing[0]) } : add(parts);
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function frictionsOf(parts: readonly AspectScore[]): Frictions {
  const rows = rowsOf(parts, "frictions");
  return {
    covered: sumOf(parts, "covered"),
    of: sumOf(parts, "causes"),
    mean_absolute_error: meanOf(rows.map((row) => Math.abs(errorOf(row, "churn_effect")))),
    naive_mean_absolute_error: meanOf(rows.map((row) => Math.abs(errorOf(row, "naive_effect")))),
    pairs: sumOf(parts, "pairs"),
    pairs_in_order: sumOf(parts, "pairs_in_order"),
    dearest_found: parts.filter((part) => fieldOf(part, "is_dearest_found") === true).length,
    by_cause: grouped(rows, "friction", (group) => ({
      covered: group.filter((row) => row.is_covered === true).length,
      of: group.length,
      mean_error: meanOf(group.map((row) => errorOf(row, "churn_effect"))) ?? NaN,
      naive_mean_error: meanOf(group.map((row) => errorOf(row, "naive_effect"))) ?? NaN,
    })),
  };
}

function npsOf(parts: readonly AspectScore[]): { covered: number; of: number } {
  return {
    covered: parts.filter((part) => fieldOf(part, "is_covered") === true).length,
    of: parts.length,
  };
}

function actionsOf(parts: readonly AspectScore[]): Actions {
  const rows = rowsOf(parts, "actions").filter((row) => row.verdict !== null);
  return {
    useful_found: sumOf(parts, "useful_found"),
    useful: sumOf(parts, "useful"),
    useless_called_useful: sumOf(parts, "useless_called_useful"),
    useless: sumOf(parts, "useless"),
    covered: sumOf(parts, "covered"),
    of: rows.filter((row) => row.effect !== null).length,
    by_action: grouped(rows, "action", (group) => ({
      is_useful: group.some((row) => row.is_useful === true),
      worked: group.filter((row) => row.verdict === "worked").length,
      did_not_work: group.filter((row) => row.verdict === "did_not_work").length,
      undecided: group.filter((row) => row.is_right === null).length,
      covered: group.filter((row) => row.is_covered === true).length,
      of: group.length,
      mean_error:
        meanOf(group.flatMap((row) => (row.effect === null ? [] : [errorOf(row, "effect")]))) ?? NaN,
    })),
  };
}

function warningsOf(parts: readonly AspectScore[]): Warnings {
  const days = parts.map((part) => {
    const growing = rowsOf([part], "causes").find((row) => row.is_snowballing === true);
    return typeof growing?.days_from_start === "number" ? growing.days_from_start : null;
  });
  return {
    avalanche_within_a_week: days.filter((day) => day !== null && day <= 7).length,
    of: days.length,
    days_from_start: days,
    false_alarms_per_quarter: meanOf(parts.map((part) => Number(fieldOf(part, "false_alarms_per_quarter")))),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldOf(part: AspectScore, name: string): unknown {
  return Object.entries(part).find(([field]) => field === name)?.[1];
}

/** The records in a list of each part, together. */
function rowsOf(parts: readonly AspectScore[], name: string): Fields[] {
  return parts.flatMap((part) => {
    const list = fieldOf(part, name);
    return Array.isArray(list) ? list.filter(isRecord) : [];
  });
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function sumOf(parts: readonly AspectScore[], name: string): number {
  return parts.reduce((sum, part) => sum + Number(fieldOf(part, name) ?? 0), 0);
}

function errorOf(row: Fields, claim: string): number {
  return Number(row[claim]) - Number(row.true_effect);
}

function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(4));
}

function grouped<T>(
  rows: readonly Fields[],
  by: string,
  of: (group: readonly Fields[]) => T,
): Record<string, T> {
  const names = [...new Set(rows.map((row) => String(row[by])))].sort();
  return Object.fromEntries(names.map((name) => [name, of(rows.filter((row) => row[by] === name))]));
}
