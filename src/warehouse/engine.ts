import type { Table } from "apache-arrow";
import type { QueryResult, ResultColumn } from "./result.js";

/** Values bound to `$name` in a statement. Dates are ISO text: write `$as_of::date`. Lists bind as lists of text. */
export type Parameters = Record<string, string | number | boolean | null | string[]>;

/** `n x d` numbers, row after row; NaN where the value is null. */
export interface Matrix {
  n: number;
  d: number;
  data: Float32Array;
}

/** One column on its way into the engine, all columns of a table having the same length. */
export type ColumnData =
  | { type: "double"; values: Float64Array | Float32Array }
  | { type: "integer"; values: Int32Array }
  | { type: "varchar"; values: readonly (string | null)[] };

/** A connection: statements run one after another. Temporary tables belong to it. */
export interface Session {
  execute(sql: string, parameters?: Parameters): Promise<void>;
  query(sql: string, parameters?: Parameters): Promise<QueryResult>;
  /** The result's columns without running the statement. */
  describe(sql: string, parameters?: Parameters): Promise<ResultColumn[]>;
  arrow(sql: string, parameters?: Parameters): Promise<Table>;
  /** All columns must be numbers, booleans or null. */
  matrix(sql: string, parameters?: Parameters): Promise<Matrix>;
  /** One text column, in row order. */
  texts(sql: string, parameters?: Parameters): Promise<(string | null)[]>;
  /** Makes the temporary table `name` out of columns. */
  insert(name: string, columns: Record<string, ColumnData>): Promise<void>;
  /** Writes a statement's result to a Parquet or CSV file and returns the number of rows. */
  copy(sql: string, file: string, format: "parquet" | "csv", parameters?: Parameters): Promise<number>;
  close(): void;
}

/** What computes. Sessions of one engine see the same tables and views. */
export interface Engine {
  readonly name: string;
  readonly version: string;
  connect(): Promise<Session>;
  close(): void;
}
