import type { Frame, FrameColumn } from "./frame.js";

/** One cell as files and engines give it. */
export type RawCell = string | number | bigint | boolean | null | undefined;

/** What was made of a column, where that is not plain to see. */
export interface ColumnNotice {
  column: string;
  reason: string;
}

/** A column as recognised: as it is learnt from, or as instants, which are never learnt from as they are. */
export type RecognisedColumn = FrameColumn | DateColumn;

/** A column of instants, in days since 1970, NaN where missing. */
export interface DateColumn {
  name: string;
  kind: "date";
  values: Float64Array;
}

/** How much of a column's text must read as numbers, or as dates, for it to be a column of them. */
const enough = 0.95;
/** Words that people and programs write into cells that have no value. */
const missingWords = /^(|na|n\/a|#n\/a|nan|null|none|nil|missing|\?|-|--)$/i;

/** A way of writing numbers: which cells are written so, and what turns them into JavaScript's. */
const notations: { pattern: RegExp; plain: (text: string) => string }[] = [
  {
    pattern: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?inf(inity)?$/i,
    plain: (text) => text.replace(/inf(inity)?/i, "Infinity"),
  },
  {
    pattern: /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$|^[+-]?\d+(\.\d+)?$/,
    plain: (text) => text.replaceAll(",", ""),
  },
  {
    pattern: /^[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$/,
    plain: (text) => text.replaceAll(".", "").replace(",", "."),
  },
];

/**
 * Recognises a column: numbers where more than 95% of the cells that are not empty are written as such, with a point or a
 * comma before the decimals, with or without separated thousands, a currency or a percent sign; dates where they
 * read as ISO 8601 or as day/month/year (month/day/year where no day fits); categories elsewhere. Empty and blank cells,
 * and words such as NA, are missing. Truth values are categories.
 */
export function recogniseColumn(
  name: string,
  cells: readonly RawCell[],
): { column: RecognisedColumn; notice?: string } {
  const texts = cells.map(textOf);
  const filled = texts.reduce((count, text) => count + Number(text !== null), 0);
  if (filled === 0)
    return { column: { name, kind: "number", values: new Float64Array(cells.length).fill(NaN) } };
  const isEnough = (values: Float64Array) => countNumbers(values) > enough * filled;
  for (const notation of notations) {
    const values = Float64Array.from(texts, (text) => readNumber(text, notation));
    if (isEnough(values))
      return { column: { name, kind: "number", values }, ...unread(texts, values, filled) };
  }
  for (const readDate of [isoDate, dayFirstDate, monthFirstDate]) {
    const values = Float64Array.from(texts, (text) => (text === null ? NaN : readDate(text)));
    if (isEnough(values)) return { column: { name, kind: "date", values } };
  }
  return { column: { name, kind: "category", values: texts } };
}

/**
 * Recognises the columns of a table, each of `n` cells. Dates become days before the newest date of the table, so
 * that what is learnt is how long ago something was.
 *
 * @throws RangeError if the columns differ in length.
 */
export function recogniseFrame(columns: Record<string, readonly RawCell[]>): {
  frame: Frame;
  notices: ColumnNotice[];
} {
  const entries = Object.entries(columns);
  const n = entries[0]?.[1].length ?? 0;
  for (const [name, cells] of entries) {
    if (cells.length !== n)
      throw new RangeError(`expected ${n} cells in column ${name}, found ${cells.length}`);
  }
  const recognised = entries.map(([name, cells]) => recogniseColumn(name, cells));
  const relative = withoutDates(recognised.map(({ column }) => column));
  const notices = recognised.flatMap(({ column, notice }) =>
    notice === undefined ? [] : [{ column: column.name, reason: notice }],
  );
  return { frame: { n, columns: relative.columns }, notices: [...notices, ...relative.notices] };
}

/** Turns dates into days before the newest date of all columns. */
export function withoutDates(columns: readonly RecognisedColumn[]): {
  columns: FrameColumn[];
  notices: ColumnNotice[];
} {
  const dates = columns.filter((column) => column.kind === "date");
  const newest = dates.reduce(
    (most, { values }) => values.reduce((max, day) => (day > max ? day : max), most),
    -Infinity,
  );
  const on = Number.isFinite(newest) ? new Date(newest * millisecondsPerDay).toISOString().slice(0, 10) : "";
  return {
    columns: columns.map((column) =>
      column.kind === "date"
        ? { name: column.name, kind: "number", values: column.values.map((day) => newest - day) }
        : column,
    ),
    notices: dates.map(({ name }) => ({ column: name, reason: `dates, taken as days before ${on}` })),
  };
}

const millisecondsPerDay = 86_400_000;

/** A cell's text without blanks around it; null where it is empty. */
function textOf(cell: RawCell): string | null {
  if (cell === null || cell === undefined) return null;
  const text = String(cell).trim();
  return missingWords.test(text) ? null : text;
}

function readNumber(text: string | null, { pattern, plain }: (typeof notations)[number]): number {
  if (text === null) return NaN;
  const bare = text.replace(/^([+-]?)\s?[€$£]\s?/, "$1").replace(/\s?[€$£%]$/, "");
  return pattern.test(bare) ? Number(plain(bare)) : NaN;
}

function countNumbers(values: Float64Array): number {
  return values.reduce((count, value) => count + Number(!Number.isNaN(value)), 0);
}

function unread(
  texts: readonly (string | null)[],
  values: Float64Array,
  filled: number,
): { notice?: string } {
  const odd = filled - countNumbers(values);
  if (odd === 0) return {};
  const first = texts.findIndex((text, row) => text !== null && Number.isNaN(values[row]));
  return { notice: `numbers; ${odd} cells that are none, such as '${texts[first]}', count as missing` };
}

/** Days since 1970 of `2024-05-31`, with or without a time of day; NaN of anything else. */
function isoDate(text: string): number {
  const match =
    /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})([T ](\d{2}):(\d{2})(:(\d{2})(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?$/.exec(
      text,
    );
  if (!match) return NaN;
  const day = dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  return day + (Number(match[5] ?? 0) * 3600 + Number(match[6] ?? 0) * 60 + Number(match[8] ?? 0)) / 86_400;
}

function dayFirstDate(text: string): number {
  const [day, month, year] = threeNumbers(text);
  return dayOf(year, month, day);
}

function monthFirstDate(text: string): number {
  const [month, day, year] = threeNumbers(text);
  return dayOf(year, month, day);
}

function threeNumbers(text: string): [number, number, number] {
  const match = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})( \d{1,2}:\d{2}(:\d{2})?)?$/.exec(text);
  return [Number(match?.[1]), Number(match?.[2]), Number(match?.[3])];
}

/** Days since 1970 of a date of the calendar; NaN if there is no such day. */
function dayOf(year: number, month: number, day: number): number {
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() / millisecondsPerDay : NaN;
}
