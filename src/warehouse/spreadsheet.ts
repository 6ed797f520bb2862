import { identifier, type Session } from "./engine.js";

/**
 * A relation's columns with texts that a spreadsheet would run as a formula kept from it by an apostrophe
 * (OWASP, "CSV Injection").
 */
export async function spreadsheetColumns(session: Session, relation: string): Promise<string> {
  const columns = await session.describe(`select * from ${relation}`);
  return columns
    .map(({ name, type }) => {
      const column = identifier(name);
      if (type !== "VARCHAR") return column;
      return `case when regexp_matches(${column}, '^[=+\\-@\\t\\r\\n＝＋－＠]') then '''' || ${column} else ${column} end as ${column}`;
    })
    .join(", ");
}
