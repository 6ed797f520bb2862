import type { DuckDBDataChunk, DuckDBVector } from "@duckdb/node-api";

/**
 * The numbers behind a DOUBLE vector, without a copy.
 * DuckDB's client keeps them in a private field; nothing else in the program looks into it.
 */
export function doubles(chunk: DuckDBDataChunk, column: number): Float64Array {
  const items = privateField(chunk.getColumnVector(column), "items");
  if (items instanceof Float64Array) return items;
  throw new Error("expected a DOUBLE vector of the DuckDB client");
}

/** The numbers of all rows behind a FLOAT[d] vector, row after row, without a copy. */
export function floatArrays(chunk: DuckDBDataChunk, column: number): Float32Array {
  const child = privateField(chunk.getColumnVector(column), "childData");
  const items = typeof child === "object" && child !== null ? privateField(child, "items") : undefined;
  if (items instanceof Float32Array) return items;
  throw new Error("expected a FLOAT[] vector of the DuckDB client");
}

function privateField(vector: DuckDBVector | object, field: string): unknown {
  return Reflect.get(vector, field);
}
