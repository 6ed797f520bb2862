import type { QueryResult, ResultColumn } from "../result.js";
import { locales, type Locale } from "./locale.js";

export type Json = string | number | boolean | null | Json[] | JsonObject;

export type JsonObject = { [key: string]: Json };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A cell's result: all of its rows, or the first of them and how many there are in `total`. */
export interface CellResult extends QueryResult {
  total?: number;
}

/** Results of a notebook's `sql` cells by name. */
export type Results = ReadonlyMap<string, CellResult>;

/** Rows of a result, those that stayed in the engine too. */
export const countRows = ({ rows, total }: CellResult): number => total ?? rows.length;

export type ColumnKind = "number" | "date" | "timestamp" | "boolean" | "text";

export function columnKind(type: string): ColumnKind {
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|^(FLOAT|DOUBLE|REAL)$|^DECIMAL\([\d,\s]+\)$/.test(type))
    return "number";
  if (type === "DATE") return "date";
  if (/^TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?$/.test(type)) return "timestamp";
  return type === "BOOLEAN" ? "boolean" : "text";
}

/**
 * Position of a column, or -1. A column that exists once per language (`label_it`, `label_en`) is read as `label` in
 * the page's language.
 */
export function columnIndex(columns: readonly ResultColumn[], name: string, locale: Locale): number {
  const index = columns.findIndex((column) => column.name === name);
  return index >= 0 ? index : columns.findIndex((column) => column.name === `${name}_${locale}`);
}

/** The columns that a page in one language shows: of `label_it` and `label_en` one, as `label`. */
export function localColumns(
  columns: readonly ResultColumn[],
  locale: Locale,
): { index: number; name: string; type: string }[] {
  const names = new Set(columns.map(({ name }) => name));
  return columns.flatMap(({ name, type }, index) => {
    const own = locales.find((other) => name.endsWith(`_${other}`));
    const base = own ? name.slice(0, -own.length - 1) : name;
    if (!own || !locales.every((other) => names.has(`${base}_${other}`))) return [{ index, name, type }];
    return own === locale ? [{ index, name: base, type }] : [];
  });
}

/** Milliseconds of a date or timestamp in UTC, NaN when it is neither. Those without a zone count as UTC. */
export function instant(text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d(?::?\d\d)?)?)?$/.exec(
    text,
  );
  if (!match) return NaN;
  const [, day, time = "00:00:00", zone = "Z"] = match;
  return Date.parse(`${day}T${time}${zone.length === 3 ? `${zone}:00` : zone}`);
}

/** Whether an ISO timestamp says its zone. */
export const isZoned = (text: string): boolean => /\d(Z|[+-]\d\d(:?\d\d)?)$/.test(text) && text.length > 16;
