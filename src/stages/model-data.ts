import { dropColumns, type Frame, type FrameColumn } from "../ml/frame.js";
import type { DenseFeatures } from "../ml/standardisation.js";
import { identifier, type Column, type Session } from "../warehouse/engine.js";
import type { ModelSpec, TabularSpec, TextSpec } from "./model-spec.js";

/** Labelled rows in the order of their key, each with when it was known and when its label was. */
export interface LabelledRows {
  columns: Column[];
  labels: Uint8Array;
  /** ISO text. */
  times: string[];
  labelKnown: string[];
}

const labelColumn = "label of the row";
const knownColumn = "label known on";

/** The features that have a label, joined to it by the key. */
export async function readLabelled(session: Session, spec: ModelSpec): Promise<LabelledRows> {
  const key = spec.key.map(identifier).join(", ");
  const columns = await session.columns(`
    select f.*, l.${identifier(spec.label.column)}::integer as ${identifier(labelColumn)},
      l.${identifier(spec.label.known_on)}::varchar as ${identifier(knownColumn)}
    from ${identifier(spec.features.table)} as f
    join ${identifier(spec.label.table)} as l using (${key})
    where l.${identifier(spec.label.column)} is not null and l.${identifier(spec.label.known_on)} is not null
    order by ${key}`);
  return {
    columns: columns.filter(({ name }) => name !== labelColumn && name !== knownColumn),
    labels: Uint8Array.from(columnOf(columns, labelColumn).values, Number),
    times: texts(columnOf(columns, spec.time)),
    labelKnown: texts(columnOf(columns, knownColumn)),
  };
}

/** Rows to train on and rows, later in time, to validate on. */
export interface TimeSplit {
  train: Uint32Array;
  validation: Uint32Array;
  /** ISO text: validation rows are of this time or later; every training label was known by then. */
  validatedFrom: string;
}

/**
 * Splits by time, never at random: validation is the newest snapshot, or the newest share of the rows, and training uses
 * only labels that were known when the validation begins.
 */
export function splitByTime({ times, labelKnown }: LabelledRows, spec: ModelSpec): TimeSplit {
  const sorted = [...times].sort();
  const validatedFrom =
    spec.kind === "tabular"
      ? (sorted.at(-1) ?? "")
      : (sorted[Math.floor(sorted.length * (1 - spec.validation_share))] ?? "");
  const rows = times.map((_, row) => row);
  return {
    train: Uint32Array.from(
      rows.filter((row) => times[row]! < validatedFrom && labelKnown[row]! <= validatedFrom),
    ),
    validation: Uint32Array.from(rows.filter((row) => times[row]! >= validatedFrom)),
    validatedFrom,
  };
}

/** The features of a tabular model: all columns but key, time, cluster and those that the spec leaves out. */
export function frameOf(columns: readonly Column[], spec: TabularSpec): Frame {
  const frame: Frame = { n: columns[0]?.values.length ?? 0, columns: columns.map(frameColumn) };
  const left = [...spec.key, spec.time, ...(spec.cluster ? [spec.cluster] : []), ...spec.features.except];
  return dropColumns(frame, left);
}

function frameColumn(column: Column): FrameColumn {
  const { name, type, values } = column;
  if (type === "number") return { name, kind: "number", values };
  if (type === "text") return { name, kind: "category", values };
  return {
    name,
    kind: "category",
    values: Array.from(values, (value) => (Number.isNaN(value) ? null : String(value !== 0))),
  };
}

/** The texts and numbers of a text model. */
export function textsOf(
  columns: readonly Column[],
  spec: TextSpec,
): { texts: (string | null)[]; dense: DenseFeatures } {
  const n = columns[0]?.values.length ?? 0;
  const names = spec.features.numbers;
  const values = new Float32Array(n * names.length);
  for (const [index, name] of names.entries()) {
    const column = columnOf(columns, name);
    for (let row = 0; row < n; row++) values[row * names.length + index] = Number(column.values[row] ?? NaN);
  }
  return { texts: texts(columnOf(columns, spec.features.text)), dense: { names, values } };
}

/** The rows at the given positions. */
export function selectTexts(
  { texts: all, dense }: { texts: (string | null)[]; dense: DenseFeatures },
  rows: Uint32Array,
): { texts: (string | null)[]; dense: DenseFeatures } {
  const width = dense.names.length;
  const values = new Float32Array(rows.length * width);
  rows.forEach((row, position) =>
    values.set(dense.values.subarray(row * width, (row + 1) * width), position * width),
  );
  return { texts: Array.from(rows, (row) => all[row] ?? null), dense: { names: dense.names, values } };
}

export function columnOf(columns: readonly Column[], name: string): Column {
  const column = columns.find((candidate) => candidate.name === name);
  if (column) return column;
  throw new Error(`the query gave no column ${name}`);
}

function texts(column: Column): string[] {
  return Array.from<string | number | null, string>(column.values, (value) => String(value ?? ""));
}
