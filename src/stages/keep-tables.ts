import { identifier, type Column } from "../warehouse/engine.js";
import type { RunContext, StageResult } from "./stage.js";

/** A row for people: its fields are the columns of a small table. */
export type Row = Record<string, string | number | boolean | null>;

/** Column -> type, in the table's order. */
export type ColumnTypes = Readonly<Record<string, Column["type"]>>;

/**
 * Rows with the same fields, by column; numbers are rounded to nine digits, so that they are the same on every machine.
 *
 * @param types of the columns, for tables that may have no rows or whose column may be empty: `null` everywhere says nothing
 */
export function columnsOf(rows: readonly Row[], types: ColumnTypes = {}): Column[] {
  const names = Object.keys(types).length > 0 ? Object.keys(types) : Object.keys(rows[0] ?? {});
  return names.map((name) => {
    const values = rows.map((row) => row[name] ?? null);
    const type = types[name] ?? typeOf(values);
    return type === "text"
      ? { name, type, values: values.map((value) => (value === null ? null : String(value))) }
      : {
          name,
          type,
          values: Float64Array.from(values, (value) => (value === null ? NaN : rounded(Number(value)))),
        };
  });
}

function typeOf(values: readonly Row[string][]): Column["type"] {
  if (values.every((value) => typeof value === "number")) return "number";
  return values.every((value) => typeof value === "boolean") ? "boolean" : "text";
}

function rounded(value: number): number {
  return Number(value.toPrecision(9));
}

const engineTypes = { number: "double", boolean: "boolean", text: "varchar" } as const;

/** A SELECT whose columns are those of a table of such types. */
export function selectOfTypes(types: ColumnTypes): string {
  const nulls = Object.entries(types).map(
    ([name, type]) => `null::${engineTypes[type]} as ${identifier(name)}`,
  );
  return `select ${nulls.join(", ")}`;
}

/** Stores columns as the stage's tables, in the order in which they are given. */
export async function keepTables(
  run: RunContext,
  tables: readonly (readonly [table: string, columns: readonly Column[]])[],
): Promise<Pick<StageResult, "files" | "tables">> {
  const selects: [table: string, select: string][] = [];
  for (const [table, columns] of tables) {
    await run.session.insert(table, columns);
    selects.push([table, `select * from temp.${identifier(table)}`]);
  }
  return keepSelects(run, selects);
}

/** Stores what SELECTs return as the stage's tables, in the order in which they are given. */
export async function keepSelects(
  run: RunContext,
  selects: readonly (readonly [table: string, select: string])[],
): Promise<Pick<StageResult, "files" | "tables">> {
  const kept: Pick<StageResult, "files" | "tables"> = { files: [], tables: {} };
  for (const [table, select] of selects) {
    const { file, made } = await run.store.write(table, run.fingerprint, "parquet", (temporary) =>
      run.session.copy(select, temporary, "parquet"),
    );
    kept.files.push(file);
    kept.tables[table] = { files: [file], rows: made };
  }
  return kept;
}
