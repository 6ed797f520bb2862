/** One value of a query result as JSON can hold it: decimals are numbers, dates and timestamps ISO text. */
export type Cell = string | number | boolean | null | Cell[] | { [field: string]: Cell };

export interface ResultColumn {
  name: string;
  /** The engine's type, e.g. `DECIMAL(12,2)`. */
  type: string;
}

/** A query's result for people: a few thousand rows at most. Larger ones leave as Arrow, a matrix or a file. */
export interface QueryResult {
  columns: ResultColumn[];
  rows: Cell[][];
}

/** A cell as text: what is not text already is written as JSON. */
export function cellText(cell: Cell | undefined): string {
  return typeof cell === "string" ? cell : JSON.stringify(cell ?? null);
}

/** The rows of a result as objects, keyed by column name. */
export function records(result: QueryResult): Record<string, Cell>[] {
  return result.rows.map((row) =>
    Object.fromEntries(result.columns.map(({ name }, index) => [name, row[index] ?? null])),
  );
}
