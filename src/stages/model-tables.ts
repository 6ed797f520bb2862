import { identifier, type Column } from "../warehouse/engine.js";
import type { ComparedRow, Comparison } from "./comparison.js";
import type { AboutVersion } from "./model-version.js";
import type { RunContext, StageResult } from "./stage.js";

/** One measure of a model on its validation rows, with its 95% interval. */
export interface MetricRow {
  metric: string;
  value: number;
  low: number;
  high: number;
}

/** How much a feature moves the predictions, in log-odds, and for numbers which way: -1 to 1, else NaN. */
export interface DriverRow {
  feature: string;
  importance: number;
  low: number;
  high: number;
  direction: number;
}

/** What a feature's value does to the predictions, in log-odds against the feature's mean effect; null: missing. */
export interface EffectRow {
  feature: string;
  value: string | null;
  effect: number;
  low: number;
  high: number;
  /** Rows at the value, or of a number those up to it from the value before. */
  n: number;
}

/** A measure of a model on the validation rows of one group; NaN where the group is too small. */
export interface GroupRow extends MetricRow {
  column_name: string;
  level: string | null;
  rows: number;
}

/** How champion and challenger compare, and which versions they are. */
export interface ComparedVersions extends Comparison {
  champion: string;
  challenger: string;
}

/** What is told of a model in tables. */
export interface ModelTables {
  /** The columns of the one row of `<stage>_model`. */
  about: Record<string, string | number | null>;
  metrics: readonly MetricRow[];
  drivers: readonly DriverRow[];
  effects: readonly EffectRow[];
  deciles: AboutVersion["deciles"];
  groups: readonly GroupRow[];
  comparison: ComparedVersions | undefined;
}

type Kept = Pick<StageResult, "files" | "tables">;

/** Names of the tables that a training stage makes. */
export function modelTables(stage: string): string[] {
  return ["model", "metrics", "drivers", "effects", "deciles", "groups", "comparison"].map(
    (suffix) => `${stage}_${suffix}`,
  );
}

/** The columns of each table, in the order of their names. */
function tableColumns(tables: ModelTables): Column[][] {
  const { about, metrics, drivers, effects, deciles, groups, comparison } = tables;
  return [
    rowColumns(about),
    metricColumns(metrics),
    driverColumns(drivers),
    effectColumns(effects),
    decileColumns(deciles),
    groupColumns(groups),
    comparisonColumns(comparison),
  ];
}

/** For each table that a training stage makes a SELECT with its columns. */
export function modelTableShapes(stage: string): Record<string, string> {
  const columns = tableColumns(refusedTables("", "", ""));
  return Object.fromEntries(
    modelTables(stage).map((table, index) => {
      const nulls = (columns[index] ?? []).map(
        ({ name, type }) => `null::${type === "number" ? "double" : "varchar"} as ${identifier(name)}`,
      );
      return [table, `select ${nulls.join(", ")}`];
    }),
  );
}

/** Stores the tables that go with a model. */
export async function keepModelTables(run: RunContext, tables: ModelTables): Promise<Kept> {
  const kept: Kept = { files: [], tables: {} };
  const columns = tableColumns(tables);
  for (const [index, table] of modelTables(run.name).entries()) {
    await run.session.insert(table, columns[index] ?? []);
    const { file, made: rows } = await run.store.write(table, run.fingerprint, "parquet", (temporary) =>
      run.session.copy(`select * from temp.${identifier(table)}`, temporary, "parquet"),
    );
    kept.files.push(file);
    kept.tables[table] = { files: [file], rows };
  }
  return kept;
}

/** The tables of a version, from what its folder keeps. */
export function versionTables(about: AboutVersion, comparison: ComparedVersions | undefined): ModelTables {
  const { model, version, trained_as_of, validated_from, train_rows, train_positives } = about;
  const { validation_rows, validation_positives, backend, metrics, drivers, effects, deciles, groups } =
    about;
  return {
    about: {
      model,
      version,
      status: "trained",
      reason: null,
      trained_as_of,
      validated_from,
      train_rows,
      train_positives,
      validation_rows,
      validation_positives,
      backend,
    },
    metrics: metrics.map(finite),
    drivers: drivers.map((row) => ({ ...finite(row), direction: row.direction ?? NaN })),
    effects: effects.map((row) => ({ ...row, low: row.low ?? NaN, high: row.high ?? NaN })),
    deciles,
    groups: groups.map(finite),
    comparison,
  };
}

/** The tables of a model that there is not. */
export function refusedTables(model: string, reason: string, asOf: string): ModelTables {
  return {
    about: {
      model,
      version: null,
      status: "refused",
      reason,
      trained_as_of: asOf,
      validated_from: null,
      train_rows: 0,
      train_positives: 0,
      validation_rows: 0,
      validation_positives: 0,
      backend: null,
    },
    metrics: [],
    drivers: [],
    effects: [],
    deciles: [],
    groups: [],
    comparison: undefined,
  };
}

/** JSON has no NaN: what is no number there is NaN here. */
function finite<Row extends { low: number | null; high: number | null; value?: number | null }>(row: Row) {
  return { ...row, value: row.value ?? NaN, low: row.low ?? NaN, high: row.high ?? NaN };
}

function rowColumns(row: ModelTables["about"]): Column[] {
  return Object.entries(row).map(([name, value]) =>
    typeof value === "number"
      ? { name, type: "number", values: Float64Array.of(value) }
      : { name, type: "text", values: [value] },
  );
}

function metricColumns(rows: readonly MetricRow[]): Column[] {
  return [
    texts("metric", rows, ({ metric }) => metric),
    numbers("value", rows, ({ value }) => value),
    numbers("low", rows, ({ low }) => low),
    numbers("high", rows, ({ high }) => high),
  ];
}

function driverColumns(rows: readonly DriverRow[]): Column[] {
  return [
    texts("feature", rows, ({ feature }) => feature),
    numbers("importance", rows, ({ importance }) => importance),
    numbers("low", rows, ({ low }) => low),
    numbers("high", rows, ({ high }) => high),
    numbers("direction", rows, ({ direction }) => direction),
  ];
}

const decileNumbers = [
  "decile",
  "rows",
  "positives",
  "mean_probability",
  "rate",
  "lift",
  "lift_low",
  "lift_high",
  "gain",
  "gain_low",
  "gain_high",
] as const;

function decileColumns(rows: AboutVersion["deciles"]): Column[] {
  return decileNumbers.map((name) => numbers(name, rows, (row) => row[name] ?? NaN));
}

function effectColumns(rows: readonly EffectRow[]): Column[] {
  return [
    texts("feature", rows, ({ feature }) => feature),
    texts("value", rows, ({ value }) => value),
    numbers("effect", rows, ({ effect }) => effect),
    numbers("low", rows, ({ low }) => low),
    numbers("high", rows, ({ high }) => high),
    numbers("n", rows, ({ n }) => n),
  ];
}

function groupColumns(rows: readonly GroupRow[]): Column[] {
  return [
    texts("column_name", rows, ({ column_name }) => column_name),
    texts("level", rows, ({ level }) => level),
    numbers("rows", rows, (row) => row.rows),
    ...metricColumns(rows),
  ];
}

function comparisonColumns(comparison: ComparedVersions | undefined): Column[] {
  const rows = comparedRows(comparison);
  return [
    texts("metric", rows, ({ metric }) => metric?.metric ?? null),
    ...(["champion", "challenger", "gain"] as const).flatMap((name) => [
      numbers(name, rows, ({ metric }) => metric?.[name].value ?? NaN),
      numbers(`${name}_low`, rows, ({ metric }) => metric?.[name].low ?? NaN),
      numbers(`${name}_high`, rows, ({ metric }) => metric?.[name].high ?? NaN),
    ]),
    numbers("rows", rows, ({ of }) => of.rows),
    numbers("positives", rows, ({ of }) => of.positives),
    texts("champion_version", rows, ({ of }) => of.champion),
    texts("challenger_version", rows, ({ of }) => of.challenger),
    texts("verdict", rows, ({ of }) => (of.verdict.promoted ? "promoted" : "champion_stands")),
    texts("reason_en", rows, ({ of }) => of.verdict.reason.en),
    texts("reason_it", rows, ({ of }) => of.verdict.reason.it),
  ];
}

/** A row a measure; where nothing could be measured one row says why. */
function comparedRows(
  of: ComparedVersions | undefined,
): { of: ComparedVersions; metric: ComparedRow | undefined }[] {
  if (!of) return [];
  return of.metrics.length > 0 ? of.metrics.map((metric) => ({ of, metric })) : [{ of, metric: undefined }];
}

function numbers<T>(name: string, rows: readonly T[], value: (row: T) => number): Column {
  return { name, type: "number", values: Float64Array.from(rows, value) };
}

function texts<T>(name: string, rows: readonly T[], value: (row: T) => string | null): Column {
  return { name, type: "text", values: rows.map(value) };
}
