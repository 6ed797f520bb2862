import { z } from "zod";
import { UserError } from "../errors.js";
import { quantile } from "../stats/bootstrap.js";
import type { CategoryColumn, Frame, FrameColumn, NumberColumn } from "./frame.js";

/** A value that more than this share of the rows have gets an indicator of its own. */
const spikeShare = 0.05;
/** Smooth clipping keeps scaled numbers within this distance of 0. */
const clip = 3;
/** Beyond this many interquartile ranges all values are the same. */
const farAway = 1e6;
/** Categories with fewer rows than this share one indicator, and unseen ones take it too. */
const rareRows = 5;
/** The most categories of a column that get an indicator each, the frequent ones first. */
const mostLevels = 100;

const numberEncoder = z.strictObject({
  kind: z.literal("number"),
  name: z.string(),
  median: z.number(),
  scale: z.number().positive(),
  has_missing: z.boolean(),
  spikes: z.array(z.number()),
});
const binaryEncoder = z.strictObject({
  kind: z.literal("binary"),
  name: z.string(),
  levels: z.tuple([z.string(), z.string()]),
  has_missing: z.boolean(),
});
const oneHotEncoder = z.strictObject({
  kind: z.literal("one_hot"),
  name: z.string(),
  levels: z.array(z.string()),
  has_missing: z.boolean(),
  has_rare: z.boolean(),
});

/** How a frame becomes numbers: fitted once on the training rows, saved with the model. */
export const encoderSchema = z.strictObject({
  columns: z.array(z.discriminatedUnion("kind", [numberEncoder, binaryEncoder, oneHotEncoder])).min(1),
});

export type Encoder = z.infer<typeof encoderSchema>;
type ColumnEncoder = Encoder["columns"][number];
type NumberEncoder = z.infer<typeof numberEncoder>;

/** A column that was left out of the encoding, and why. */
export interface EncoderWarning {
  column: string;
  reason: string;
}

/** An encoded frame: `n x d` inputs, row after row; the first `numbers` of each row are the scaled numbers. */
export interface Inputs {
  n: number;
  d: number;
  numbers: number;
  /** In shared memory, so that worker threads read it without a copy. */
  data: Float32Array;
}

/**
 * Fits the encoding: a number x becomes u = (x - median) / IQR, smoothly clipped to u / sqrt(1 + (u/3)^2) (Holzmüller et
 * al. 2024, arXiv 2407.04491), with the median for missing, an indicator of missing, and an indicator of each value that
 * more than 5% of the rows share; categories become indicators. Two-level columns become one input of -1 and +1.
 *
 * Empty and constant columns, and categories that hardly ever repeat, are left out with a warning.
 *
 * @throws UserError for an infinite number, or if no column is left.
 */
export function fitEncoder(frame: Frame): { encoder: Encoder; warnings: EncoderWarning[] } {
  const warnings: EncoderWarning[] = [];
  const columns: ColumnEncoder[] = [];
  for (const column of frame.columns) {
    const fitted = column.kind === "number" ? fitNumber(column) : fitCategory(column);
    if (typeof fitted === "string") warnings.push({ column: column.name, reason: fitted });
    else columns.push(fitted);
  }
  if (columns.length === 0) {
    throw new UserError(`expected columns to learn from, found none of use among ${frame.columns.length}`, {
      hint: warnings.map(({ column, reason }) => `${column}: ${reason}`).join("; "),
    });
  }
  return {
    encoder: { columns: columns.sort((a, b) => Number(b.kind === "number") - Number(a.kind === "number")) },
    warnings,
  };
}

/** For each of the `d` inputs, the name of the frame's column that it comes from. */
export function inputColumns(encoder: Encoder): string[] {
  const numbers = encoder.columns.filter(({ kind }) => kind === "number");
  return [
    ...numbers.map(({ name }) => name),
    ...encoder.columns.flatMap((column) => Array<string>(extraWidth(column)).fill(column.name)),
  ];
}

/**
 * Encodes rows `start` to `end` of a frame whose columns may be more than those fitted, in any order.
 *
 * @throws UserError if a column is absent or of another kind, or holds an infinite number.
 */
export function encode(encoder: Encoder, frame: Frame, start = 0, end = frame.n): Inputs {
  const n = end - start;
  const numbers = encoder.columns.filter(({ kind }) => kind === "number").length;
  const d = numbers + encoder.columns.reduce((sum, column) => sum + extraWidth(column), 0);
  const data = new Float32Array(new SharedArrayBuffer(n * d * Float32Array.BYTES_PER_ELEMENT));
  const byName = new Map(frame.columns.map((column) => [column.name, column]));
  let extra = numbers;
  encoder.columns.forEach((fitted, index) => {
    const column = byName.get(fitted.name);
    if (column === undefined) {
      throw new UserError(
        `expected the column ${fitted.name} that the model was trained on, found none of that name`,
      );
    }
    if (fitted.kind === "number") encodeNumber(fitted, numbersOf(column), index, extra);
    else encodeCategory(fitted, categoriesOf(column), extra);
    extra += extraWidth(fitted);
  });
  return { n, d, numbers, data };

  function encodeNumber(fitted: NumberEncoder, values: Float64Array, u: number, first: number): void {
    const spikes = first + Number(fitted.has_missing);
    for (let row = 0; row < n; row++) {
      const x = values[start + row] as number;
      const base = row * d;
      if (Number.isNaN(x)) {
        if (fitted.has_missing) data[base + first] = 1;
        continue;
      }
      refuseInfinity(fitted.name, x, start + row);
      const scaled = Math.max(-farAway, Math.min(farAway, (x - fitted.median) / fitted.scale));
      data[base + u] = scaled / Math.sqrt(1 + (scaled / clip) ** 2);
      const spike = fitted.spikes.indexOf(x);
      if (spike >= 0) data[base + spikes + spike] = 1;
    }
  }

  function encodeCategory(
    fitted: Exclude<ColumnEncoder, NumberEncoder>,
    values: readonly (string | null)[],
    first: number,
  ): void {
    const codes = cellCodes(fitted);
    const missing = codes.get(null);
    const unseen =
      fitted.kind === "one_hot" && fitted.has_rare ? ([fitted.levels.length, 1] as const) : undefined;
    for (let row = 0; row < n; row++) {
      const value = values[start + row] ?? null;
      const code = value === null ? missing : (codes.get(value) ?? unseen);
      if (code) data[row * d + first + code[0]] = code[1];
    }
  }
}

/** Per category, which of the column's inputs is set, and to what; under null for a missing value. */
function cellCodes(
  fitted: Exclude<ColumnEncoder, NumberEncoder>,
): Map<string | null, readonly [number, number]> {
  const codes = new Map<string | null, readonly [number, number]>();
  if (fitted.kind === "binary") {
    codes.set(fitted.levels[0], [0, -1]).set(fitted.levels[1], [0, 1]);
  } else {
    fitted.levels.forEach((level, k) => codes.set(level, [k, 1]));
  }
  if (fitted.has_missing) codes.set(null, [extraWidth(fitted) - 1, 1]);
  return codes;
}

/** The number of inputs that a column takes beside its scaled number. */
function extraWidth(column: ColumnEncoder): number {
  const missing = Number(column.has_missing);
  if (column.kind === "number") return missing + column.spikes.length;
  if (column.kind === "binary") return missing + 1;
  return missing + column.levels.length + Number(column.has_rare);
}

function fitNumber({ name, values }: NumberColumn): ColumnEncoder | string {
  const sorted = values.filter((x) => !Number.isNaN(x)).sort();
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  if (least === undefined || most === undefined) return "all values are missing";
  for (const end of [least, most]) refuseInfinity(name, end, values.indexOf(end));
  const hasMissing = sorted.length < values.length;
  if (least === most && !hasMissing) return `all values are ${least}`;
  if (least !== most && sorted.every((x) => x === least || x === most)) {
    return { kind: "binary", name, levels: [String(least), String(most)], has_missing: hasMissing };
  }
  const iqr = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  return {
    kind: "number",
    name,
    median: quantile(sorted, 0.5),
    scale: iqr || (most - least) / 2 || 1,
    has_missing: hasMissing,
    spikes: least === most ? [] : spikesOf(sorted, spikeShare * values.length),
  };
}

function spikesOf(sorted: Float64Array, moreThan: number): number[] {
  const spikes: number[] = [];
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    if (end - start > moreThan) spikes.push(sorted[start] as number);
  }
  return spikes;
}

function fitCategory({ name, values }: CategoryColumn): ColumnEncoder | string {
  const counts = new Map<string, number>();
  let missing = 0;
  for (const value of values) {
    if (value === null) missing++;
    else counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  if (counts.size === 0) return "all values are missing";
  const [only, second] = [...counts.keys()].sort() as [string, string | undefined];
  if (second === undefined && missing === 0) return `all values are ${only}`;
  if (counts.size === 2 && second !== undefined) {
    return { kind: "binary", name, levels: [only, second], has_missing: missing > 0 };
  }
  const levels = [...counts]
    .filter(([, count]) => count >= rareRows)
    .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || (a < b ? -1 : 1))
    .slice(0, mostLevels)
    .map(([level]) => level);
  if (levels.length === 0) return `none of its ${counts.size} categories has ${rareRows} rows`;
  return { kind: "one_hot", name, levels, has_missing: missing > 0, has_rare: levels.length < counts.size };
}

function refuseInfinity(name: string, x: number, row: number): void {
  if (Number.isFinite(x)) return;
  throw new UserError(`expected finite numbers in column ${name}, found ${x} in row ${row + 1}`, {
    hint: "Mend the query that makes the column, e.g. divide by nullif(x, 0), or leave the value empty.",
  });
}

function numbersOf(column: FrameColumn): Float64Array {
  if (column.kind === "number") return column.values;
  if (column.values.every((value) => value === null)) return new Float64Array(column.values.length).fill(NaN);
  throw new UserError(`expected numbers in column ${column.name}, as in training, found categories`);
}

function categoriesOf(column: FrameColumn): readonly (string | null)[] {
  if (column.kind === "category") return column.values;
  return Array.from(column.values, (x) => (Number.isNaN(x) ? null : String(x)));
}
