import {
  BOOLEAN,
  DuckDBInstance,
  DuckDBScalarFunction,
  DuckDBTypeId,
  JsonDuckDBValueConverter,
  VARCHAR,
  version,
  type DuckDBConnection,
  type DuckDBValueConverter,
  type Json,
} from "@duckdb/node-api";
import type { Table } from "apache-arrow";
import { appendColumns, columnChunks, concatenate, concatenateColumns, typeOf } from "./duckdb-columns.js";
import { floatArrays } from "./duckdb-vectors.js";
import {
  identifier,
  literal,
  type Column,
  type Engine,
  type FileFormat,
  type Matrix,
  type Parameters,
  type Session,
  type TextFunction,
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
  const defined = new Set<string>();
  return {
    name: "duckdb",
    version: duckDbVersion,
    connect: async () => new DuckDbSession(instance, await instance.connect(), defined),
    close: () => instance.closeSync(),
  };
}

class DuckDbSession implements Session {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  /** Names of the functions that the engine's sessions can call. */
  readonly #defined: Set<string>;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, defined: Set<string>) {
    this.#instance = instance;
    this.#connection = connection;
    this.#defined = defined;
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
    const described = await this.describe(sql, parameters);
    const chunks: Column[][] = [];
    for await (const chunk of columnChunks(this.#connection, sql, parameters, described)) chunks.push(chunk);
    return concatenateColumns(chunks);
  }

  async *batches(sql: string, parameters: Parameters = {}): AsyncGenerator<Column[]> {
    const described = await this.describe(sql, parameters);
    const connection = await this.#instance.connect();
    try {
      let chunks: Column[][] = [];
      let rows = 0;
      for await (const chunk of columnChunks(connection, sql, parameters, described)) {
        chunks.push(chunk);
        rows += chunk[0]?.values.length ?? 0;
        if (rows < batchRows) continue;
        yield concatenateColumns(chunks);
        [chunks, rows] = [[], 0];
      }
      if (rows > 0) yield concatenateColumns(chunks);
    } finally {
      connection.closeSync();
    }
  }

  async insert(name: string, columns: readonly Column[]): Promise<void> {
    const declared = columns.map((column) => `${identifier(column.name)} ${String(typeOf(column))}`);
    await this.#connection.run(`create or replace temp table ${identifier(name)} (${declared.join(", ")})`);
    await this.append(name, columns);
  }

  async append(name: string, columns: readonly Column[]): Promise<void> {
    const appender = await this.#connection.createAppender(name, "main", "temp");
    appendColumns(appender, columns);
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

  define(functions: readonly TextFunction[]): void {
    for (const defined of functions.filter(({ name }) => !this.#defined.has(name))) {
      this.#connection.registerScalarFunction(scalarFunction(defined));
      this.#defined.add(defined.name);
    }
  }

  close(): void {
    this.#connection.closeSync();
  }
}

function scalarFunction({ name, arguments: count, returns, compute }: TextFunction): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: Array.from({ length: count }, () => VARCHAR),
    returnType: returns === "text" ? VARCHAR : BOOLEAN,
    mainFunction(_info, input, output) {
      const { rowCount } = input;
      const first = input.getColumnVector(0);
      const second = count > 1 ? input.getColumnVector(1) : undefined;
      for (let row = 0; row < rowCount; row++) {
        const one = first.getItem(row);
        const other = second ? second.getItem(row) : "";
        output.setItem(row, one === null || other === null ? null : compute(String(one), String(other)));
      }
      output.flush();
    },
  });
}

/** The fewest rows of a batch but the last. */
const batchRows = 8192;

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
