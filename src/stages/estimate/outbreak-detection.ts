import { z } from "zod";
import { UserError } from "../../errors.js";
import { outbreaks, type FamilyCounts, type SeriesTest } from "../../stats/outbreaks.js";
import { recordedDays } from "../../stats/recorded-days.js";
import { identifier, type Column, type Session } from "../../warehouse/engine.js";
import type { ColumnTypes, Row } from "../keep-tables.js";
import type { RunContext } from "../stage.js";
import { analysisFields, nameField, textColumns } from "./fields.js";
import type { Analysis, Estimates } from "./method.js";

export const outbreakDetectionSchema = z.strictObject({
  method: z.literal("outbreak_detection").describe("Daily counts that begin to grow, day by day"),
  ...analysisFields,
  by: z
    .array(nameField)
    .nonempty()
    .describe(
      "What tells series apart; the first names families, recorded together, with equal shares of false alarms",
    ),
  day: nameField.describe("A date; each series has a row for each day"),
  count: nameField.describe("Of events that day"),
  exposures: z
    .array(nameField)
    .nonempty()
    .describe("Numbers that counts grow with, known by the end of the day, such as orders"),
  days_between_false_alarms: z
    .number()
    .min(1)
    .default(365)
    .describe("Days that pass on average, at least, between false alarms over all series together"),
  learn_days: z.int().min(28).default(56).describe("A series is tested after so many days"),
  min_count: z.int().min(1).default(30).describe("A series with fewer events so far is not watched"),
  shown_days: z.int().min(1).default(120).describe("Newest days of the table of counts"),
});

type Spec = z.output<typeof outbreakDetectionSchema>;

/** Which of many daily counts begin to grow: one test a night for all, and the past nights' as they would have been. */
export function outbreakDetection(spec: Spec): Analysis {
  const key = textColumns(spec.by);
  return {
    columns: {
      "": { ...key, ...alarmColumns },
      series: { ...key, ...seriesColumns },
      days: { ...key, ...dayColumns },
    },
    reads: [
      {
        table: spec.table,
        columns: [
          ...spec.by.map((name, index) => ({ path: ["by", index], name })),
          { path: ["day"], name: spec.day },
          { path: ["count"], name: spec.count },
          ...spec.exposures.map((name, index) => ({ path: ["exposures", index], name })),
        ],
      },
    ],
    run: (run) => detect(run, spec),
  };
}

/** Daily counts under one key. */
interface Series extends FamilyCounts {
  key: (string | null)[];
}

/** The test of a series, and the day on which it began. */
type TestedSeries = Series & SeriesTest;

async function detect({ session }: RunContext, spec: Spec): Promise<Estimates> {
  const series = withoutGaps(await readSeries(session, spec));
  const tests = outbreaks(series, { learnDays: spec.learn_days, minCount: spec.min_count });
  const tested = series.map((one, index) => ({ ...one, ...tests[index]! }));
  const status = tested.map((one) => seriesRow(one, spec));
  return {
    rows: {
      "": tested.flatMap((one) => alarmRows(one, spec)),
      series: status,
      days: tested.flatMap((one) => dayRows(one, spec)),
    },
    summary: `${series.length} series tested, ${status.filter((row) => row.status === "growing").length} growing`,
  };
}

/** @throws UserError where a series lacks a day, or has one twice */
async function readSeries(session: Session, { table, by, day, count, exposures }: Spec): Promise<Series[]> {
  const keys = by.map(identifier).join(", ");
  const [from, to, ...names] = await session.columns(
    `select epoch(min(${identifier(day)}))::bigint // 86400, epoch(max(${identifier(day)}))::bigint // 86400, ${keys}
     from ${identifier(table)} group by ${keys} order by ${keys}`,
  );
  const values = [count, ...exposures].map((name) => `${identifier(name)}::double`).join(", ");
  const columns = (
    await session.columns(`select ${values} from ${identifier(table)} order by ${keys}, ${identifier(day)}`)
  ).map(numbers);
  const series: Series[] = [];
  let at = 0;
  for (let row = 0; row < from!.values.length; row++) {
    const firstDay = Number(from!.values[row]);
    const end = at + Number(to!.values[row]) - firstDay + 1;
    const [counts, ...exposed] = columns.map((column) => column.slice(at, end));
    const key = names.map(({ values }) => (values[row] === null ? null : String(values[row])));
    series.push({
      key,
      family: key[0] ?? "",
      firstDay,
      counts: counts!,
      exposures: exposed,
    });
    at = end;
  }
  if (at !== columns[0]!.length) {
    throw new UserError(
      `the table ${table} has ${columns[0]!.length} rows instead of one for each series and day, ${at}`,
      {
        hint: `Let it have each day between a series' first and last once, with 0 where nothing was counted.`,
      },
    );
  }
  return series;
}

function numbers(column: Column): Float64Array {
  if (column.type === "text") throw new Error(`${column.name} is text`);
  return column.values;
}

/** The counts without the days on which nothing was recorded of the series of a family, or an exposure is unknown. */
function withoutGaps(series: readonly Series[]): Series[] {
  const families = new Map<string, Series[]>();
  for (const one of series) families.set(one.family, [...(families.get(one.family) ?? []), one]);
  return [...families.values()].flatMap((members) => {
    const start = Math.min(...members.map(({ firstDay }) => firstDay));
    const isRecorded = recordedDays(totals(members, start));
    return members.map((one) => ({
      ...one,
      counts: one.counts.map((count, day) =>
        isRecorded[one.firstDay - start + day] &&
        one.exposures.every((exposure) => !Number.isNaN(exposure[day]))
          ? count
          : NaN,
      ),
      exposures: one.exposures.map(carriedForward),
    }));
  });
}

/** Numbers with the last known one, or 0, where one is unknown. */
function carriedForward(values: Float64Array): Float64Array {
  let last = 0;
  return values.map((value) => (last = Number.isNaN(value) ? last : value));
}

function totals(series: readonly Series[], start: number): Float64Array {
  const end = Math.max(...series.map(({ firstDay, counts }) => firstDay + counts.length));
  const sums = new Float64Array(end - start);
  for (const { firstDay, counts } of series) {
    counts.forEach((count, day) => (sums[firstDay - start + day]! += count));
  }
  return sums;
}

const alarmColumns = {
  warned_on: "text",
  began_on: "text",
  count: "number",
  expected: "number",
  count_since: "number",
  expected_since: "number",
  once_in_days: "number",
} as const satisfies ColumnTypes;

/** The days on which a series grows beyond what chance does once in the days that the analysis allows. */
function alarmRows(series: TestedSeries, spec: Spec): Row[] {
  return [...series.onceInDays.keys()]
    .filter((day) => series.onceInDays[day]! >= spec.days_between_false_alarms)
    .map((day) => ({
      ...keyOf(series, spec),
      warned_on: dateOf(series.firstDay + day),
      began_on: dateOf(series.firstDay + series.start[day]!),
      count: known(series.counts[day]!),
      expected: series.expected[day]!,
      count_since: series.countsSince[day]!,
      expected_since: series.expectedSince[day]!,
      once_in_days: onceIn(series, day),
    }));
}

const seriesColumns = {
  status: "text",
  first_day: "text",
  days: "number",
  expected: "number",
  dispersion: "number",
  once_in_days: "number",
} as const satisfies ColumnTypes;

/** What is known of a series on its last day. */
function seriesRow(series: TestedSeries, spec: Spec): Row {
  const last = series.counts.length - 1;
  const isWatched = series.watchedFrom <= last;
  const isGrowing = series.onceInDays[last]! >= spec.days_between_false_alarms;
  return {
    ...keyOf(series, spec),
    status: isGrowing ? "growing" : isWatched ? "usual" : "too_thin",
    first_day: dateOf(series.firstDay),
    days: series.counts.length,
    expected: known(series.expected[last]!),
    dispersion: known(series.dispersion[last]!),
    once_in_days: isWatched ? onceIn(series, last) : null,
  };
}

const dayColumns = {
  day: "text",
  count: "number",
  expected: "number",
  high: "number",
} as const satisfies ColumnTypes;

/** The newest days of a series beside what stood to be expected, and the most that is usual. */
function dayRows(series: TestedSeries, spec: Spec): Row[] {
  const { counts, expected, dispersion } = series;
  return [...counts.keys()].slice(-spec.shown_days).map((day) => ({
    ...keyOf(series, spec),
    day: dateOf(series.firstDay + day),
    count: known(counts[day]!),
    expected: known(expected[day]!),
    high: known(expected[day]! + 1.96 * Math.sqrt(expected[day]! + dispersion[day]! * expected[day]! ** 2)),
  }));
}

function keyOf({ key }: Series, { by }: Spec): Row {
  return Object.fromEntries(by.map((name, index) => [name, key[index] ?? null]));
}

/** Beyond a million years nothing more is said. */
function onceIn({ onceInDays }: TestedSeries, day: number): number {
  return Math.min(onceInDays[day]!, 365_250_000);
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
