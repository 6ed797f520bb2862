import type { Table } from "apache-arrow";
import type { QueryResult, ResultColumn } from "../result.js";

/** Values bound to `$name` in a statement. Dates are ISO text: write `$as_of::date`. */
export type Parameters = Record<string, string | number | boolean | null>;

/** `n x d` numbers, row after row; NaN where the value is null. */
export interface Matrix {
  n: number;
  d: number;
  data: Float32Array;
}

/** One whole column of a result. Numbers and booleans: NaN where null; everything else as text. */
export type Column =
  | { name: string; type: "number" | "boolean"; values: Float64Array }
  | { name: string; type: "text"; values: (string | null)[] };

/** A function of texts that SQL can call; its value is null wherever an argument is. */
export interface TextFunction {
  name: string;
  arguments: 1 | 2;
  returns: "text" | "boolean";
  compute: (first: string, second: string) => string | boolean | null;
}

/** A connection: statements run one after another. Temporary tables belong to it. */
export interface Session {
  execute(sql: string, parameters?: Parameters): Promise<void>;
  /** The result as rows for people. */
  query(sql: string, parameters?: Parameters): Promise<QueryResult>;
  /** The result's columns, without running the statement. */
  describe(sql: string, parameters?: Parameters): Promise<ResultColumn[]>;
  arrow(sql: string, parameters?: Parameters): Promise<Table>;
  /** The result as one matrix: all its columns must be numbers or booleans. */
  matrix(sql: string, parameters?: Parameters): Promise<Matrix>;
  columns(sql: string, parameters?: Parameters): Promise<Column[]>;
  /**
   * The result's columns some thousand rows at a time, so that a result of any size takes the same memory. It is read over
   * a connection of its own: other statements may run meanwhile, and the session's temporary tables are not seen.
   */
  batches(sql: string, parameters?: Parameters): AsyncIterable<Column[]>;
  /** Makes the temporary table `name` out of columns of one length. */
  insert(name: string, columns: readonly Column[]): Promise<void>;
  /** Adds rows to a temporary table that `insert` has made of the same columns. */
  append(name: string, columns: readonly Column[]): Promise<void>;
  /** Writes the result to a file and returns the number of rows. */
  copy(sql: string, file: string, format: FileFormat, parameters?: Parameters): Promise<number>;
  /** Lets the statements of all sessions call functions; those that are there already stay. */
  define(functions: readonly TextFunction[]): void;
  close(): void;
}

export type FileFormat = "parquet" | "csv" | "json";

/** What computes. Sessions of one engine see the same tables and views. */
export interface Engine {
  readonly name: string;
  readonly version: string;
  connect(): Promise<Session>;
  close(): void;
}

/** `name` as an SQL identifier, whatever it holds. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `value` as an SQL text literal. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** One file's path as `read_csv` and `read_parquet` take it: what would be a pattern in its name stands for itself. */
export function pathLiteral(path: string): string {
  return literal(path.replace(/[*?[]/g, "[$&]"));
}

/** A scan of Parquet files whose columns are matched by name. */
export function parquetScan(files: readonly string[]): string {
  return `read_parquet([${files.map(literal).join(", ")}], union_by_name = true)`;
}
