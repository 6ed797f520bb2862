import { defineFunctions } from "../stages/sql.js";
import type { Contract } from "../warehouse/contract.js";
import { identifier, literal, type Engine, type Session } from "../warehouse/engine.js";
import { sqlError } from "../warehouse/sql-error.js";
import type { Lineage } from "./lineage.js";
import type { ParameterValue } from "./parameters.js";

export interface ReplayInput {
  lineage: Lineage;
  /** The last day whose events are known, as ISO text. */
  asOf: string;
  /** What a parameter is tonight. */
  valueOf: (parameter: string) => ParameterValue | undefined;
  contractOf: (table: string) => Contract | undefined;
  /** The stored rows of a table, as SQL. */
  relation: (table: string) => string;
}

/**
 * Makes a table again as a run on an earlier night would have made it: by the same statements, with that night's `as_of`,
 * from what was known at its end.
 *
 * @returns a session of the given, empty, engine that sees the tables of the lineage by name
 */
export async function replay(engine: Engine, input: ReplayInput): Promise<Session> {
  const { lineage, asOf } = input;
  const session = await engine.connect();
  await session.execute("create schema history");
  for (const table of lineage.sources) {
    const name = table.split(".").map(identifier).join(".");
    await session.execute(`create view ${name} as ${asKnown(table, input)}`);
  }
  for (const { stage, name } of lineage.statements) {
    if (!stage.statement) continue;
    const { statement } = stage;
    const parameters = Object.fromEntries(
      [...stage.parameters].map((used) => [used, used === "as_of" ? asOf : (input.valueOf(used) ?? null)]),
    );
    await defineFunctions(session, statement.facts);
    await session
      .execute(`create table ${identifier(name)} as\n${statement.sql}`, parameters)
      .catch((error: unknown) => {
        throw sqlError(error, statement);
      });
  }
  return session;
}

/** A source's rows and values that were known at the end of the date. */
function asKnown(table: string, { asOf, relation, contractOf }: ReplayInput): string {
  const rows = relation(table);
  if (table.startsWith("history.")) return `select * from (${rows}) where as_of < ${literal(asOf)}::date`;
  const contract = contractOf(table);
  if (!contract) return rows;
  const isLater = (column: string) => `${identifier(column)} >= ${literal(asOf)}::date + interval 1 day`;
  const replaced = Object.entries(contract.columns).flatMap(([name, { type, known_at, current_only }]) => {
    if (current_only) return `null::${type} as ${identifier(name)}`;
    return known_at === undefined
      ? []
      : `case when not coalesce(${isLater(known_at)}, false) then ${identifier(name)} end as ${identifier(name)}`;
  });
  const known = contract.known_at ?? contract.event_at;
  const replacing = replaced.length > 0 ? `replace (${replaced.join(", ")}) ` : "";
  const where = known === undefined ? "" : ` where not coalesce(${isLater(known)}, false)`;
  return `select * ${replacing}from (${rows})${where}`;
}
