import { UserError } from "../../errors.js";
import type { Fact } from "../../stats/design-matrix.js";
import { identifier, type Column, type Session } from "../../warehouse/engine.js";
import { factOf, unitsOf } from "./facts.js";

/** The rows of a table, by the columns that an analysis names. */
export class Rows {
  readonly n: number;
  readonly #table: string;
  readonly #columns: ReadonlyMap<string, Column>;

  constructor(table: string, columns: readonly Column[]) {
    this.#table = table;
    this.n = columns[0]?.values.length ?? 0;
    this.#columns = new Map(columns.map((column) => [column.name, column]));
  }

  /** Numbers, or 1 and 0 for true and false; NaN where unknown. @throws UserError when the column holds text */
  numbers(name: string): Float64Array {
    const column = this.#column(name);
    if (column.type !== "text") return column.values;
    throw new UserError(`expected numbers or true and false in ${this.#table}.${name}, found text`, {
      hint: "Name another column in the analysis, or let the table's SQL turn it into numbers.",
    });
  }

  units(name: string): { numbers: Uint32Array; count: number } {
    return unitsOf(this.#column(name));
  }

  fact(name: string): Fact {
    return factOf(this.#column(name));
  }

  /** @throws UserError when the column holds anything else */
  texts(name: string): (string | null)[] {
    const column = this.#column(name);
    if (column.type === "text") return column.values;
    throw new UserError(
      `expected text in ${this.#table}.${name}, found ${column.type === "number" ? "numbers" : "true and false"}`,
      {
        hint: "Name another column in the analysis, or cast it to varchar in the table's SQL.",
      },
    );
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
    table,
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
    table,
    await session.columns(
      `select distinct ${names.join(", ")} from ${identifier(table)} where ${names.map((name) => `${name} is not null`).join(" and ")} order by all`,
    ),
  );
  const values = by.map((name) => rows.texts(name));
  return Array.from({ length: rows.n }, (_, row) =>
    Object.fromEntries(by.map((name, k) => [name, values[k]?.[row] ?? ""])),
  );
}
