import type { Cell, QueryResult } from "../result.js";
import { columnKind, instant, isZoned, type Json } from "./data.js";
import { clean } from "./html.js";

/**
 * The rows of a result as a chart reads them: the columns used, called c0, c1, ... by position.
 *
 * Values of the columns `terms` are codes, replaced by their words.
 */
export function chartRows(
  result: QueryResult | undefined,
  used: ReadonlySet<number>,
  terms: readonly string[],
  { timeZone, term }: { timeZone: string; term: (code: string) => string },
): Json[] {
  const shift = zoneShift(timeZone);
  const columns = [...used]
    .sort((a, b) => a - b)
    .map((index) => {
      const { name = "", type = "" } = result?.columns[index] ?? {};
      return { index, kind: columnKind(type), isTerm: terms.includes(name) };
    });
  const write = (value: Cell, { kind, isTerm }: (typeof columns)[number]): Json =>
    isTerm && typeof value === "string" ? clean(term(value)) : chartValue(value, kind, shift);
  return (result?.rows ?? []).map((row) =>
    Object.fromEntries(
      columns.map((column) => [`c${column.index}`, write(row[column.index] ?? null, column)]),
    ),
  );
}

/** Numbers and true or false as they are, times as milliseconds, everything else as clean text. */
function chartValue(value: Cell, kind: ReturnType<typeof columnKind>, shift: (time: number) => number): Json {
  if (typeof value === "object" && value !== null) return clean(JSON.stringify(value));
  if (typeof value !== "string") return value;
  if (kind === "date" || kind === "timestamp") {
    const time = instant(value);
    return Number.isNaN(time) ? null : isZoned(value) ? shift(time) : time;
  }
  return clean(value);
}

/** From an instant to the UTC time at which a clock in UTC shows what a clock in the zone shows then. */
function zoneShift(timeZone: string): (time: number) => number {
  let format: Intl.DateTimeFormat | undefined;
  return (time) => {
    format ??= new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
    return instant(format.format(time));
  };
}
