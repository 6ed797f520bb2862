import type { Cell } from "../result.js";
import { clean } from "./html.js";
import { columnKind, instant, isZoned } from "./data.js";
import type { DateFormat, Format, NumberFormat } from "./format-spec.js";

/** What numbers, dates and words look like on a page. */
export interface FormatContext {
  /** BCP 47, e.g. `it-IT`. */
  tag: string;
  /** For null, true and false. */
  words: { missing: string; yes: string; no: string };
  /** ISO 4217, e.g. `EUR`. */
  currency: string;
  /** IANA name, e.g. `Europe/Rome`: for timestamps that say their zone. */
  timeZone: string;
  /** Words for codes found in data. */
  terms: Readonly<Record<string, string>>;
  /** Titles of the reports that can be linked to, by name. */
  reports?: ReadonlyMap<string, string> | undefined;
}

/** Writes a value; `type` is the engine's type of its column, which chooses the format when none is given. */
export type Formatter = (value: Cell, format?: Format, type?: string) => string;

export function createFormatter(context: FormatContext): Formatter {
  const { tag, words, terms } = context;
  const numbers = new Map<string, Intl.NumberFormat>();
  const dates = new Map<string, Intl.DateTimeFormat>();
  const plurals = new Intl.PluralRules(tag);
  const lists = new Intl.ListFormat(tag, { type: "conjunction" });

  const number = (value: number, format: NumberFormat): string => {
    const digits = format.digits ?? defaultDigits(value, format);
    const key = [format.kind, digits, format.signed, format.compact, format.digits === undefined].join();
    const formatter =
      numbers.get(key) ??
      new Intl.NumberFormat(tag, {
        ...(format.kind === "currency" ? { style: "currency", currency: context.currency } : {}),
        ...(format.kind === "percent" ? { style: "percent" } : {}),
        ...(format.compact ? { notation: "compact" } : {}),
        signDisplay: format.signed ? "exceptZero" : "negative",
        useGrouping: "always",
        minimumFractionDigits:
          format.digits === undefined && (format.compact || format.kind !== "currency") ? 0 : digits,
        maximumFractionDigits: digits,
      });
    numbers.set(key, formatter);
    return formatter.format(format.absolute ? Math.abs(value) : value).replace("-", "\u2212");
  };

  const date = (value: string, style: DateFormat["style"]): string => {
    const time = instant(value);
    if (Number.isNaN(time)) return value;
    const timeZone = isZoned(value) ? context.timeZone : "UTC";
    const key = `${style} ${timeZone}`;
    const formatter = dates.get(key) ?? new Intl.DateTimeFormat(tag, { ...dateOptions[style], timeZone });
    dates.set(key, formatter);
    return formatter.format(time);
  };

  const term = (value: string): string => (Object.hasOwn(terms, value) ? (terms[value] ?? value) : value);

  const plain = (value: Cell, type?: string): string => {
    if (value === null) return words.missing;
    if (typeof value === "number") return number(value, plainNumber);
    if (typeof value === "boolean") return value ? words.yes : words.no;
    if (typeof value === "object") return JSON.stringify(value);
    const kind = type === undefined ? "text" : columnKind(type);
    if (kind === "date") return date(value, "long");
    return kind === "timestamp" ? date(value, "time") : value;
  };

  const write: Formatter = (value, format, type) => {
    if (value === null || format === undefined) return plain(value, type);
    switch (format.kind) {
      case "date":
        return typeof value === "string" ? date(value, format.style) : plain(value);
      case "term":
      case "text":
        return capitalize(
          format.kind === "term" && typeof value === "string" ? term(value) : plain(value, type),
          format.capital,
          tag,
        );
      case "plural": {
        const rule = typeof value === "number" ? plurals.select(value) : "other";
        return `${plain(value)} ${rule === "one" ? format.one : format.other}`;
      }
      case "list":
        return Array.isArray(value) ? lists.format(value.map((item) => plain(item))) : plain(value, type);
      case "link":
        return (typeof value === "string" ? context.reports?.get(value) : undefined) ?? plain(value, type);
      case "count":
        return plain(Array.isArray(value) ? value.length : value);
      default:
        return typeof value === "number" ? number(value, format) : plain(value, type);
    }
  };
  return (value, format, type) => clean(write(value, format, type));
}

const plainNumber: NumberFormat = {
  kind: "number",
  digits: undefined,
  signed: false,
  absolute: false,
  compact: false,
};

const dateOptions: Record<DateFormat["style"], Intl.DateTimeFormatOptions> = {
  long: { day: "numeric", month: "long", year: "numeric" },
  short: { day: "numeric", month: "short", year: "numeric" },
  month: { month: "long", year: "numeric" },
  day: { day: "numeric", month: "long" },
  year: { year: "numeric" },
  time: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
};

/** Digits after the decimal point with which numbers of one column stand under one another. */
export const commonDigits = (values: readonly number[]): number =>
  values.reduce((digits, value) => Math.max(digits, defaultDigits(value, plainNumber)), 0);

/** Enough digits to tell values of this size apart, no more. */
function defaultDigits(value: number, { kind, compact }: NumberFormat): number {
  if (compact) return 1;
  if (Number.isInteger(value)) return 0;
  const size = Math.abs(value);
  if (kind === "percent") return size < 0.001 ? 2 : size < 0.1 ? 1 : 0;
  if (kind === "currency") return size < 100 ? 2 : 0;
  return size >= 100 ? 0 : size >= 1 ? 1 : size >= 0.01 ? 2 : 4;
}

function capitalize(text: string, capital: boolean, tag: string): string {
  return capital ? text.charAt(0).toLocaleUpperCase(tag) + text.slice(1) : text;
}
