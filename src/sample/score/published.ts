import type { Cell } from "../../result.js";
import type { Session } from "../../warehouse/engine.js";

/** Published table -> its columns. */
export type Published = ReadonlyMap<Cell, ReadonlySet<Cell>>;

export async function publishedColumns(session: Session): Promise<Published> {
  const { rows } = await session.query(
    "select table_name, column_name from information_schema.columns where table_schema = 'main'",
  );
  const tables = new Map<Cell, Set<Cell>>();
  for (const [table = null, column = null] of rows) {
    const columns = tables.get(table) ?? new Set();
    tables.set(table, columns.add(column));
  }
  return tables;
}
