import {
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  VARCHAR,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBType,
} from "@duckdb/node-api";
import type { ResultColumn } from "../result.js";
import { doubles } from "./duckdb-vectors.js";
import { identifier, type Column, type Parameters } from "./engine.js";

/** Rows in one of DuckDB's data chunks. */
const chunkRows = 2048;

/** Runs a statement and hands its result on chunk by chunk; the first is without rows and tells the columns. */
export async function* columnChunks(
  connection: DuckDBConnection,
  sql: string,
  parameters: Parameters,
  described: readonly ResultColumn[],
): AsyncGenerator<Column[]> {
  const types = described.map(({ name, type }) => ({ name, type: columnType(type) }));
  const casts = types.map(({ name, type }) =>
    type === "text" ? `${identifier(name)}::varchar` : `coalesce(${identifier(name)}::double, 'nan'::double)`,
  );
  yield types.map(({ name, type }) =>
    type === "text" ? { name, type, values: [] } : { name, type, values: new Float64Array(0) },
  );
  const result = await connection.stream(`select ${casts.join(", ")} from (\n${sql}\n)`, parameters);
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    const full = chunk;
    yield types.map(({ name, type }, index): Column => {
      if (type !== "text") return { name, type, values: doubles(full, index).slice(0, full.rowCount) };
      const values = full.getColumnValues(index).map((value) => (typeof value === "string" ? value : null));
      return { name, type, values };
    });
  }
}

/** The rows of results with the same columns, one after the other. There must be one result at least. */
export function concatenateColumns(parts: readonly Column[][]): Column[] {
  return (parts[0] ?? []).map((first, index): Column => {
    const columns = parts.flatMap((part) => part[index] ?? []);
    if (first.type === "text") {
      return { ...first, values: columns.flatMap((column) => (column.type === "text" ? column.values : [])) };
    }
    const numbers = columns.flatMap((column) => (column.type === "text" ? [] : [column.values]));
    return { ...first, values: concatenate(numbers, (length) => new Float64Array(length)) };
  });
}

function columnType(type: string): Column["type"] {
  if (type === "BOOLEAN") return "boolean";
  return /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/.test(type) ? "number" : "text";
}

/** The type of the table column that keeps a column's values. */
export function typeOf({ type }: Column): DuckDBType {
  return { number: DOUBLE, boolean: BOOLEAN, text: VARCHAR }[type];
}

/** Appends columns of one length to a table of these columns. */
export function appendColumns(appender: DuckDBAppender, columns: readonly Column[]): void {
  const types = columns.map(typeOf);
  const n = columns[0]?.values.length ?? 0;
  for (let start = 0; start < n; start += chunkRows) {
    const rows = Math.min(chunkRows, n - start);
    const chunk = DuckDBDataChunk.create(types, rows);
    for (const [index, column] of columns.entries()) {
      chunk.setColumnValues(index, valuesOf(column, start, start + rows));
    }
    appender.appendDataChunk(chunk);
  }
}

function valuesOf(column: Column, start: number, end: number): (string | number | boolean | null)[] {
  if (column.type === "text") return column.values.slice(start, end);
  const values = Array.from(column.values.subarray(start, end), (value) =>
    Number.isNaN(value) ? null : value,
  );
  return column.type === "number" ? values : values.map((value) => (value === null ? null : value !== 0));
}

/** Arrays of numbers, one after the other. */
export function concatenate<T extends Float32Array | Float64Array>(
  parts: readonly T[],
  make: (length: number) => T,
): T {
  const whole = make(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
