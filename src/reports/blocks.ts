import type Token from "markdown-it/lib/token.mjs";
import type { Place } from "../errors.js";
import type { JsonObject } from "./data.js";
import type { Condition, Template } from "./expression.js";
import type { Format } from "./format-spec.js";
import type { Locale } from "./locale.js";

/** What a notebook is made of, in the order it is read. */
export type Block =
  | { kind: "prose"; tokens: Token[]; place: Place }
  | { kind: "if"; condition: Condition; body: Block[]; otherwise: Block[] }
  | { kind: "each"; result: string; body: Block[]; place: Place }
  | { kind: "locale"; locale: Locale; body: Block[]; place: Place }
  | { kind: "note"; body: Block[] }
  | QueryCell
  | FigureCell;

/** A fenced `sql` cell: its result is `name` in every later cell and text. */
export interface QueryCell {
  kind: "sql";
  name: string;
  sql: string;
  /** The first line of the SQL. */
  place: Place;
}

export type FigureCell = ChartCell | TableCell | MetricsCell;

export type LocalizedTemplate = Record<Locale, Template>;

/** The words around a figure. */
export interface Caption {
  title?: LocalizedTemplate | undefined;
  subtitle?: LocalizedTemplate | undefined;
  note?: LocalizedTemplate | undefined;
}

/** A column that a figure reads, and where it is written. */
export interface FieldUse {
  result: string;
  column: string;
  place: Place;
}

/** A fenced `vega-lite` cell. */
export interface ChartCell {
  kind: "chart";
  /** The result whose rows are the chart's table. */
  result: string;
  /** Vega-Lite, with results' and columns' own names and texts in every language. */
  spec: JsonObject;
  /** What is different on a narrow screen, merged into `spec`. */
  narrow: JsonObject;
  /** Columns whose values are codes, shown in the page's words. */
  terms: string[];
  alt: LocalizedTemplate;
  caption: Caption;
  fields: FieldUse[];
  /** Texts inside the drawing. */
  texts: Template[];
  place: Place;
}

/** A fenced `table NAME` cell. */
export interface TableCell {
  kind: "table";
  result: string;
  columns: TableColumn[];
  /** Rows shown at most. */
  rows: number | undefined;
  caption: Caption;
  fields: FieldUse[];
  place: Place;
}

export interface TableColumn {
  field: string;
  label: LocalizedTemplate;
  format: Format | undefined;
  /** A bar beside the number, as long as its share of the column's largest. */
  bar: boolean;
}

/** A fenced `metrics NAME` cell: large numbers from the first row of a result. */
export interface MetricsCell {
  kind: "metrics";
  result: string;
  tiles: Tile[];
  caption: Caption;
  fields: FieldUse[];
  place: Place;
}

export interface Tile {
  label: LocalizedTemplate;
  value: string;
  format: Format | undefined;
  low: string | undefined;
  high: string | undefined;
  previous: string | undefined;
  target: string | undefined;
  /** Which direction is good news, where one is. */
  better: "higher" | "lower" | undefined;
  note: LocalizedTemplate | undefined;
}

/** Every block below a list of blocks, outermost first. */
export function* descend(blocks: readonly Block[]): Generator<Block> {
  for (const block of blocks) {
    yield block;
    if ("body" in block) yield* descend(block.body);
    if (block.kind === "if") yield* descend(block.otherwise);
  }
}
