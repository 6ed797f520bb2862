import type { Frame, FrameColumn } from "../ml/frame.js";
import { fewestOfClass } from "../ml/thin-label.js";
import { selectDense, type DenseFeatures } from "../ml/standardisation.js";
import { identifier, literal, type Column, type Session } from "../warehouse/engine.js";
import { featureNames } from "./model-features.js";
import type { ModelSpec, TabularSpec, TextSpec } from "./model-spec.js";

/** Labelled rows in the order of their key, each with when it was known and when its label was. */
export interface LabelledRows {
  columns: Column[];
  labels: Uint8Array;
  /** ISO text. */
  times: string[];
  labelKnown: string[];
  /** How many labelled rows there are, of which these were drawn. */
  total: number;
}

const labelColumn = "label of the row";
const knownColumn = "label known on";

/** The features that have a label, joined to it by the key; of more than the spec's `most_rows`, about as many by lot. */
export async function readLabelled(session: Session, spec: ModelSpec): Promise<LabelledRows> {
  const key = spec.key.map(identifier).join(", ");
  const labelled = `from ${identifier(spec.features.table)} as f
    join ${identifier(spec.label.table)} as l using (${key})
    where l.${identifier(spec.label.column)} is not null and l.${identifier(spec.label.known_on)} is not null`;
  const total = Number((await session.query(`select count(*) ${labelled}`)).rows[0]?.[0]);
  const columns = await session.columns(
    `select f.*, l.${identifier(spec.label.column)}::integer as ${identifier(labelColumn)},
      l.${identifier(spec.label.known_on)}::varchar as ${identifier(knownColumn)}
    ${labelled}${total > spec.most_rows ? ` and ${drawnByLot(spec, spec.most_rows / total)}` : ""}
    order by ${key}`,
  );
  return {
    columns: columns.filter(({ name }) => name !== labelColumn && name !== knownColumn),
    labels: Uint8Array.from(columnOf(columns, labelColumn).values, Number),
    times: texts(columnOf(columns, spec.time)),
    labelKnown: texts(columnOf(columns, knownColumn)),
    total,
  };
}

/** True of about this share of the rows: the first 32 bits of the hash of seed and key, as a number from 0 to 1, are below it. */
function drawnByLot({ seed, key }: ModelSpec, share: number): string {
  const parts = [literal(String(seed)), ...key.map((name) => `f.${identifier(name)}`)];
  return `('0x' || left(md5(concat_ws('|', ${parts.join(", ")})), 8))::bigint / 4294967296 < ${share}`;
}

/** Rows to train on and rows, later in time, to predict; every training label was known when the latter begin. */
export interface TimeSplit {
  train: Uint32Array;
  validation: Uint32Array;
  /** ISO text: the time of the first validation row. */
  validatedFrom: string;
}

/** How a model is measured, never on what it has seen or on a time before it. */
export interface Validation {
  /** The rows that the model itself is trained on. */
  train: Uint32Array;
  /** Each is predicted from its own training rows; all predictions together are measured. */
  splits: TimeSplit[];
}

/** A tabular model is validated on the newest snapshot, a text model by rolling origin and then trained on all rows. */
export function validationOf(rows: LabelledRows, spec: ModelSpec): Validation {
  if (spec.kind === "tabular") {
    const split = splitNewest(rows);
    return { train: split.train, splits: [split] };
  }
  const splits = splitRolling(rows, spec.validation_blocks).filter(({ train }) =>
    hasBothClasses(rows.labels, train),
  );
  return { train: Uint32Array.from(rows.labels.keys()), splits };
}

function hasBothClasses(labels: Uint8Array, rows: Uint32Array): boolean {
  const positives = rows.reduce((sum, row) => sum + (labels[row] ?? 0), 0);
  return Math.min(positives, rows.length - positives) >= fewestOfClass;
}

function splitNewest(rows: LabelledRows): TimeSplit {
  return splitAt(rows, [...rows.times].sort().at(-1) ?? "");
}

/**
 * Rolling origin (Tashman 2000; scikit-learn's TimeSeriesSplit): the rows are cut into blocks by time, and each block but
 * the first is predicted from all before it.
 */
function splitRolling(rows: LabelledRows, blocks: number): TimeSplit[] {
  const sorted = [...rows.times].sort();
  const starts = Array.from(
    { length: blocks },
    (_, block) => sorted[Math.floor((sorted.length * block) / blocks)] ?? "",
  );
  return starts.slice(1).map((start, index) => splitAt(rows, start, starts[index + 2]));
}

function splitAt({ times, labelKnown }: LabelledRows, from: string, until?: string): TimeSplit {
  const rows = times.map((_, row) => row);
  return {
    train: Uint32Array.from(rows.filter((row) => times[row]! < from && labelKnown[row]! <= from)),
    validation: Uint32Array.from(
      rows.filter((row) => times[row]! >= from && (until === undefined || times[row]! < until)),
    ),
    validatedFrom: from,
  };
}

/** The features of a tabular model among a table's columns. */
export function frameOf(columns: readonly Column[], spec: TabularSpec): Frame {
  const features = new Set(
    featureNames(
      spec,
      columns.map(({ name }) => name),
    ),
  );
  return {
    n: columns[0]?.values.length ?? 0,
    columns: columns.filter(({ name }) => features.has(name)).map(frameColumn),
  };
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

/** What a text model reads. */
export interface Texts {
  texts: (string | null)[];
  dense: DenseFeatures;
}

export function textsOf(columns: readonly Column[], spec: TextSpec): Texts {
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
export function selectTexts({ texts: all, dense }: Texts, rows: Uint32Array): Texts {
  return { texts: Array.from(rows, (row) => all[row] ?? null), dense: selectDense(dense, rows) };
}

export function columnOf(columns: readonly Column[], name: string): Column {
  const column = columns.find((candidate) => candidate.name === name);
  if (column) return column;
  throw new Error(`the query gave no column ${name}`);
}

function texts(column: Column): string[] {
  return Array.from<string | number | null, string>(column.values, (value) => String(value ?? ""));
}
