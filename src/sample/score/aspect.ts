import { records, type Cell } from "../../result.js";
import type { Session } from "../../warehouse/engine.js";
import type { Published } from "./published.js";

/** How one kind of claim stands against the truth, or the tables (or columns of them) that would have to be published. */
export type AspectScore = Record<string, Cell> | { unpublished: string[] };

export interface Aspect {
  /** Published table -> columns that hold the claim. */
  claims: Readonly<Record<string, readonly string[]>>;
  /** One row, over the claims and the truth. */
  sql: string;
  /** What to call the claim when the tables are there and `sql` gives no row. */
  otherwise?: string;
}

export async function scoreAspect(
  session: Session,
  published: Published,
  { claims, sql, otherwise }: Aspect,
): Promise<AspectScore> {
  const unpublished = Object.entries(claims).flatMap(([table, columns]) =>
    missing(published, table, columns),
  );
  if (unpublished.length > 0) return { unpublished };
  const [row] = records(await session.query(sql));
  if (row === undefined) return { unpublished: otherwise === undefined ? [] : [otherwise] };
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, rounded(value)]));
}

function missing(published: Published, table: string, wanted: readonly string[]): string[] {
  const columns = published.get(table);
  if (columns === undefined) return [table];
  return wanted.filter((column) => !columns.has(column)).map((column) => `${table}.${column}`);
}

/** To four decimals, inside lists and records too. */
function rounded(value: Cell): Cell {
  if (typeof value === "number") return Number(value.toFixed(4));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, rounded(part)]));
}
