import type { Fact } from "../../stats/design-matrix.js";
import { identifier, type Column, type Session } from "../../warehouse/engine.js";
import { factOf, numbersOf, unitsOf } from "./facts.js";

/** The rows of a table, by the columns that an analysis names. */
export class Rows {
  readonly n: number;
  readonly #columns: ReadonlyMap<string, Column>;

  constructor(columns: readonly Column[]) {
    this.n = columns[0]?.values.length ?? 0;
    this.#columns = new Map(columns.map((column) => [column.name, column]));
  }

  numbers(name: string): Float64Array {
    return numbersOf(this.#column(name));
  }

  units(name: string): { numbers: Uint32Array; count: number } {
    return unitsOf(this.#column(name));
  }

  fact(name: string): Fact {
    return factOf(this.#column(name));
  }

  texts(name: string): (string | null)[] {
    const column = this.#column(name);
    if (column.type !== "text") throw new Error(`${name} holds no text`);
    return column.values;
  }

  #column(name: string): Column {
    const column = this.#columns.get(name);
    if (!column) throw new Error(`${name} was not read`);
    return column;
  }
}

/** One value each of the columns that a table is grouped by. */
export type Group = Readonly<Record<string, string>>;

/** Reads columns of a group of a table, or of all of it, in an order that hangs on their values alone. */
export async function readRows(
  session: Session,
  table: string,
  names: readonly string[],
  group: Group = {},
): Promise<Rows> {
  const unique = [...new Set(names)];
  const where = ["true", ...Object.keys(group).map((name) => `${identifier(name)} = $${name}`)];
  return new Rows(
    await session.columns(
      `select ${unique.map(identifier).join(", ")} from ${identifier(table)} where ${where.join(" and ")} order by all`,
      group,
    ),
  );
}

/** The groups of a table by text columns, in order; rows that lack one are in none. */
export async function groupsOf(session: Session, table: string, by: readonly string[]): Promise<Group[]> {
  const names = by.map(identifier);
  const rows = new Rows(
    await session.columns(
      `select distinct ${names.join(", ")} from ${identifier(table)} where ${names.map((name) => `${name} is not null`).join(" and ")} order by all`,
    ),
  );
  const values = by.map((name) => rows.texts(name));
  return Array.from({ length: rows.n }, (_, row) =>
    Object.fromEntries(by.map((name, k) => [name, values[k]?.[row] ?? ""])),
  );
}
