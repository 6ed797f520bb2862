import { UserError, type Place } from "../errors.js";
import { suggest } from "../suggest.js";
import { identifier, type Session } from "../warehouse/engine.js";

/** A column that a file of the project names, and where. */
export interface NamedColumn {
  table: string;
  column: string;
  place: Place;
}

/** An error for each column that its table does not have; of `unknown` tables nothing is known. */
export async function missingColumns(
  session: Session,
  named: readonly NamedColumn[],
  unknown: ReadonlySet<string> = new Set(),
): Promise<UserError[]> {
  const errors: UserError[] = [];
  for (const table of new Set(named.map((mention) => mention.table))) {
    if (unknown.has(table)) continue;
    const known = (await session.describe(`select * from ${identifier(table)}`)).map(({ name }) => name);
    for (const { column, place } of named.filter((mention) => mention.table === table)) {
      if (known.includes(column)) continue;
      errors.push(
        new UserError(`the table ${table} has no column ${column}`, { place, hint: suggest(column, known) }),
      );
    }
  }
  return errors;
}
