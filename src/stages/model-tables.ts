import { identifier, type Column } from "../warehouse/engine.js";
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

/** One row of a table, by column. */
type Row = Record<string, string | number | null>;

/** Stores the tables that go with a model: `<stage>_model`, the row about it, `<stage>_metrics` and `<stage>_drivers`. */
export async function keepModelTables(
  run: RunContext,
  { metrics, drivers }: { metrics: readonly MetricRow[]; drivers: readonly DriverRow[] },
  about: Row,
): Promise<Pick<StageResult, "files" | "tables">> {
  const parts = { model: modelRow(about), metrics: metricColumns(metrics), drivers: driverColumns(drivers) };
  const files: string[] = [];
  const tables: StageResult["tables"] = {};
  for (const [suffix, columns] of Object.entries(parts)) {
    const table = `${run.name}_${suffix}`;
    await run.session.insert(table, columns);
    const { file, made: rows } = await run.store.write(table, run.fingerprint, "parquet", (temporary) =>
      run.session.copy(`select * from temp.${identifier(table)}`, temporary, "parquet"),
    );
    files.push(file);
    tables[table] = { files: [file], rows };
  }
  return { files, tables };
}

function modelRow(row: Row): Column[] {
  return Object.entries(row).map(([name, value]) =>
    typeof value === "number"
      ? { name, type: "number", values: Float64Array.of(value) }
      : { name, type: "text", values: [value] },
  );
}

function metricColumns(rows: readonly MetricRow[]): Column[] {
  return [
    { name: "metric", type: "text", values: rows.map(({ metric }) => metric) },
    numbers("value", rows, ({ value }) => value),
    numbers("low", rows, ({ low }) => low),
    numbers("high", rows, ({ high }) => high),
  ];
}

function driverColumns(rows: readonly DriverRow[]): Column[] {
  return [
    { name: "feature", type: "text", values: rows.map(({ feature }) => feature) },
    numbers("importance", rows, ({ importance }) => importance),
    numbers("low", rows, ({ low }) => low),
    numbers("high", rows, ({ high }) => high),
    numbers("direction", rows, ({ direction }) => direction),
  ];
}

function numbers<T>(name: string, rows: readonly T[], value: (row: T) => number): Column {
  return { name, type: "number", values: Float64Array.from(rows, value) };
}
