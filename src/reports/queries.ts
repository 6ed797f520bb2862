import { UserError, type Place } from "../errors.js";
import type { QueryCell } from "./blocks.js";
import type { CellResult, Results } from "./data.js";

/** A cell whose SQL can run by itself: the earlier cells that it reads are common table expressions before it. */
export interface ComposedQuery extends QueryCell {
  /** Names that are no earlier cell: the tables that the notebook depends on. */
  tables: string[];
}

/**
 * Puts the earlier cells that each cell reads, directly or through others, before its SQL.
 *
 * `reads` gives the names of tables that a cell's own SQL reads, by the cell's name.
 */
export function composeQueries(
  queries: readonly QueryCell[],
  reads: ReadonlyMap<string, readonly string[]>,
): ComposedQuery[] {
  return queries.map((query, position) => {
    const earlier = queries.slice(0, position);
    const needed = new Set<string>();
    const need = (name: string) => {
      for (const read of reads.get(name) ?? []) {
        if (read === name || needed.has(read) || !earlier.some((cell) => cell.name === read)) continue;
        needed.add(read);
        need(read);
      }
    };
    need(query.name);
    const before = earlier.filter(({ name }) => needed.has(name));
    const tables = (reads.get(query.name) ?? []).filter((name) => !needed.has(name));
    return { ...query, sql: prefixed(query.sql, before), tables };
  });
}

/** Joins the common table expressions that a statement begins with to those put before it. */
function prefixed(sql: string, before: readonly QueryCell[]): string {
  if (before.length === 0) return sql;
  const own = /^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)*with\s+(recursive\s+)?/i.exec(sql);
  const list = before.map((cell) => `"${cell.name}" as (\n${cell.sql}\n)`).join(", ");
  const recursive = own?.[1] ? "recursive " : "";
  return own ? `with ${recursive}${list}, ${sql.slice(own[0].length)}` : `with ${recursive}${list}\n${sql}`;
}

/** Rows of a cell that leave the engine at most: what a chart can show. More belong into the cell's SQL, aggregated. */
export const maxCellRows = 5000;

/** The error of what shows each row of a cell that has more than `maxCellRows`. */
export function tooManyRows(what: string, name: string, rows: number, place: Place): UserError {
  const [found, most] = [rows, maxCellRows].map((n) => n.toLocaleString("en"));
  return new UserError(`${what} ${found} rows of \`${name}\`: at most ${most} can be shown`, {
    place,
    hint: `Aggregate in the SQL of \`${name}\`: select x // 10 * 10 as bin, count(*) as n from t group by all; or let it take the first: order by n desc limit 100.`,
  });
}

/**
 * Runs every cell once, one after another.
 *
 * Throws `UserError` with the place of the cell whose SQL fails.
 */
export async function queryCells<Query extends QueryCell>(
  queries: readonly Query[],
  query: (cell: Query) => Promise<CellResult>,
): Promise<Results> {
  const results = new Map<string, CellResult>();
  for (const cell of queries) {
    results.set(cell.name, await query(cell).catch((error: unknown) => fail(cell, error)));
  }
  return results;
}

export function fail({ name, place }: QueryCell, error: unknown): never {
  if (error instanceof UserError && error.place) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new UserError(`the SQL of \`${name}\` fails: ${reason}`, { place, cause: error });
}
