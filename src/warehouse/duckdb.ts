import {
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTypeId,
  JsonDuckDBValueConverter,
  VARCHAR,
  version,
  type DuckDBConnection,
  type DuckDBValueConverter,
  type Json,
} from "@duckdb/node-api";
import type { Table } from "apache-arrow";
import { doubles, floatArrays } from "./duckdb-vectors.js";
import {
  identifier,
  literal,
  type Column,
  type Engine,
  type FileFormat,
  type Matrix,
  type Parameters,
  type Session,
} from "./engine.js";
import type { QueryResult, ResultColumn } from "../result.js";

export interface DuckDbOptions {
  /** A database file; in memory when absent. */
  file?: string;
  readOnly?: boolean;
  /** e.g. `2GB`. */
  memoryLimit?: string;
  threads?: number;
  /** Where larger-than-memory work spills. */
  temporaryDirectory?: string;
  /** Files outside these folders cannot be read or written by any statement. */
  allowedDirectories?: readonly string[];
  timeZone?: string;
}

/** e.g. `v1.5.6`. */
export const duckDbVersion = version();

/**
 * DuckDB inside this process.
 *
 * Extensions are neither downloaded nor loaded beyond those in the package.
 */
export async function openDuckDb(options: DuckDbOptions = {}): Promise<Engine> {
  const settings: Record<string, string> = {
    threads: String(options.threads ?? 2),
    autoinstall_known_extensions: "false",
  };
  if (options.memoryLimit) settings.memory_limit = options.memoryLimit;
  if (options.temporaryDirectory) settings.temp_directory = options.temporaryDirectory;
  if (options.readOnly) settings.access_mode = "READ_ONLY";
  const instance = await DuckDBInstance.create(options.file ?? ":memory:", settings);
  const connection = await instance.connect();
  if (options.timeZone) await connection.run(`set global TimeZone = ${literal(options.timeZone)}`);
  if (options.allowedDirectories) {
    const folders = options.allowedDirectories.map(literal).join(", ");
    await connection.run(`set global allowed_directories = [${folders}]`);
    await connection.run("set global enable_external_access = false");
    await connection.run("set global lock_configuration = true");
  }
  connection.closeSync();
  return {
    name: "duckdb",
    version: duckDbVersion,
    connect: async () => new DuckDbSession(await instance.connect()),
    close: () => instance.closeSync(),
  };
}

class DuckDbSession implements Session {
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async execute(sql: string, parameters: Parameters = {}): Promise<void> {
    await this.#connection.run(sql, parameters);
  }

  async query(sql: string, parameters: Parameters = {}): Promise<QueryResult> {
    const reader = await this.#connection.runAndReadAll(sql, parameters);
    const types = reader.columnTypes();
    const columns = reader
      .deduplicatedColumnNames()
      .map((name, index) => ({ name, type: String(types[index]) }));
    return { columns, rows: reader.convertRows(toCell) };
  }

  async describe(sql: string, parameters: Parameters = {}): Promise<ResultColumn[]> {
    return (await this.query(`select * from (\n${sql}\n) limit 0`, parameters)).columns;
  }

  async arrow(sql: string, parameters: Parameters = {}): Promise<Table> {
    const { arrowTable } = await import("./arrow.js");
    return arrowTable(await this.#connection.runAndReadAll(sql, parameters));
  }

  async matrix(sql: string, parameters: Parameters = {}): Promise<Matrix> {
    const names = (await this.describe(sql, parameters)).map(({ name }) => name);
    const d = names.length;
    const values = names.map((name) => `coalesce(${identifier(name)}::float, 'nan'::float)`).join(", ");
    const result = await this.#connection.stream(
      `select [${values}]::float[${d}] from (\n${sql}\n)`,
      parameters,
    );
    const parts: Float32Array[] = [];
    for (
      let chunk = await result.fetchChunk();
      chunk && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      parts.push(floatArrays(chunk, 0).slice(0, chunk.rowCount * d));
    }
    const data = concatenate(parts, (length) => new Float32Array(length));
    return { n: d === 0 ? 0 : data.length / d, d, data };
  }

  async columns(sql: string, parameters: Parameters = {}): Promise<Column[]> {
    const described = (await this.describe(sql, parameters)).map(({ name, type }) => ({
      name,
      type: columnType(type),
    }));
    const casts = described.map(({ name, type }) =>
      type === "text"
        ? `${identifier(name)}::varchar`
        : `coalesce(${identifier(name)}::double, 'nan'::double)`,
    );
    const result = await this.#connection.stream(`select ${casts.join(", ")} from (\n${sql}\n)`, parameters);
    const numbers = described.map(() => [] as Float64Array[]);
    const texts = described.map(() => [] as (string | null)[]);
    for (
      let chunk = await result.fetchChunk();
      chunk && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      for (const [index, { type }] of described.entries()) {
        if (type === "text") {
          for (const value of chunk.getColumnValues(index))
            texts[index]?.push(typeof value === "string" ? value : null);
        } else {
          numbers[index]?.push(doubles(chunk, index).slice(0, chunk.rowCount));
        }
      }
    }
    return described.map(({ name, type }, index) =>
      type === "text"
        ? { name, type, values: texts[index] ?? [] }
        : { name, type, values: concatenate(numbers[index] ?? [], (length) => new Float64Array(length)) },
    );
  }

  async insert(name: string, columns: readonly Column[]): Promise<void> {
    const types = columns.map(({ type }) => ({ number: DOUBLE, boolean: BOOLEAN, text: VARCHAR })[type]);
    const declared = columns.map((column, index) => `${identifier(column.name)} ${String(types[index])}`);
    await this.#connection.run(`create or replace temp table ${identifier(name)} (${declared.join(", ")})`);
    const appender = await this.#connection.createAppender(name, "main", "temp");
    const n = columns[0]?.values.length ?? 0;
    for (let start = 0; start < n; start += chunkRows) {
      const rows = Math.min(chunkRows, n - start);
      const chunk = DuckDBDataChunk.create(types, rows);
      for (const [index, column] of columns.entries()) {
        chunk.setColumnValues(index, valuesOf(column, start, start + rows));
      }
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }

  async copy(sql: string, file: string, format: FileFormat, parameters: Parameters = {}): Promise<number> {
    const how = {
      parquet: "format parquet, compression zstd",
      csv: "format csv, header true",
      json: "format json, array true",
    }[format];
    const reader = await this.#connection.runAndReadAll(
      `copy (\n${sql}\n) to ${literal(file)} (${how})`,
      parameters,
    );
    return Number(reader.value(0, 0));
  }

  close(): void {
    this.#connection.closeSync();
  }
}

function columnType(type: string): Column["type"] {
  if (type === "BOOLEAN") return "boolean";
  return /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/.test(type) ? "number" : "text";
}

/** Rows in one of DuckDB's data chunks. */
const chunkRows = 2048;

function valuesOf(column: Column, start: number, end: number): (string | number | boolean | null)[] {
  if (column.type === "text") return column.values.slice(start, end);
  const values = Array.from(column.values.subarray(start, end), (value) =>
    Number.isNaN(value) ? null : value,
  );
  return column.type === "number" ? values : values.map((value) => (value === null ? null : value !== 0));
}

const wideNumbers = new Set([
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.DECIMAL,
]);

/** JSON's values, with numbers wherever a double holds them and null for what is not finite. */
const toCell: DuckDBValueConverter<Json> = (value, type) => {
  const json = JsonDuckDBValueConverter(value, type, toCell);
  if (type.typeId === DuckDBTypeId.FLOAT || type.typeId === DuckDBTypeId.DOUBLE) {
    return typeof json === "number" ? json : null;
  }
  if (!wideNumbers.has(type.typeId) || typeof json !== "string") return json;
  const number = Number(json);
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? json : number;
};

function concatenate<T extends Float32Array | Float64Array>(
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
