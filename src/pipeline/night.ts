import { columnsOf, type Row } from "../stages/keep-tables.js";
import { identifier, type Session } from "../warehouse/engine.js";

/** Tables that tell of the run itself, for the index alone: `night.<name>`, with their columns. */
export const nightTables = {
  reports: "report varchar, position bigint, title_en varchar, title_it varchar",
  findings: "report varchar, position bigint, text_en varchar, text_it varchar",
  findings_last_time: "report varchar, position bigint, text_en varchar, text_it varchar",
  last_time: "publication varchar, as_of date, published_at timestamp with time zone",
  runs: "run varchar, started_at timestamp with time zone, status varchar, made bigint, reused bigint, seconds double, error varchar",
} as const;

export type NightTable = keyof typeof nightTables;

/** Makes `night.<name>` for every table out of rows whose fields are its columns. */
export async function makeNightTables(
  session: Session,
  rows: Readonly<Record<NightTable, readonly Row[]>>,
): Promise<void> {
  await session.execute("create schema if not exists night");
  for (const [table, columns] of nightEntries()) {
    const types = Object.fromEntries(columns.map(([name, type]) => [name, kindOf(type)]));
    await session.insert("night_rows", columnsOf(rows[table], types));
    const typed = columns.map(([name, type]) => `${identifier(name)}::${type} as ${identifier(name)}`);
    await session.execute(
      `create or replace table night.${identifier(table)} as select ${typed.join(", ")} from temp.night_rows`,
    );
  }
}

/** The tables with the name and type of each column. */
function nightEntries(): [NightTable, [name: string, type: string][]][] {
  const names: NightTable[] = ["reports", "findings", "findings_last_time", "last_time", "runs"];
  return names.map((table) => [
    table,
    nightTables[table].split(", ").map((column): [string, string] => {
      const [name = "", ...type] = column.split(" ");
      return [name, type.join(" ")];
    }),
  ]);
}

function kindOf(type: string): "number" | "text" {
  return type === "bigint" || type === "double" ? "number" : "text";
}
