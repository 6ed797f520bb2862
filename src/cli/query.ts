import { Command, Option } from "commander";
import { createReadStream } from "node:fs";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { exitCodes, UserError } from "../errors.js";
import { copyDurably } from "../warehouse/durable.js";
import { identifier, type Session } from "../warehouse/engine.js";
import { isEngineError, sqlError } from "../warehouse/sql-error.js";
import { wholeNumber } from "./numbers.js";
import { aligned, log, print } from "./output.js";
import { openPublished, openStore, withStoreOptions, type StoreOptions } from "./store-options.js";

type Format = "table" | "csv" | "json" | "arrow" | "parquet";

interface QueryOptions extends StoreOptions {
  format: Format;
  output?: string;
  rows: number;
}

export function queryCommand(): Command {
  return withStoreOptions(new Command("query"))
    .description(
      "Ask the published tables a question in SQL (DuckDB's). Also while a run is going on: what is read is the last\n" +
        "publication, whole, until the command ends.",
    )
    .argument("<sql>", "a SELECT; DESCRIBE, SUMMARIZE and SHOW TABLES work as well")
    .addOption(
      new Option("-f, --format <format>", "how to print the result")
        .choices(["table", "csv", "json", "arrow", "parquet"])
        .default("table"),
    )
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--rows <n>", "the most rows that a table shows", wholeNumber("--rows"), 100)
    .addHelpText(
      "after",
      `
Formats: table for people; csv with a header; json, an array of objects; arrow, an Arrow IPC file (Feather 2); parquet.

Examples:
  $ ancora query "show tables"
  $ ancora query "select * from quarantine"
  $ ancora query "select * from churn_scores order by churn_probability desc" --format csv --output at_risk.csv
  $ ancora query "summarize transactions" --json
`,
    )
    .action(async (sql: string, options: QueryOptions) => {
      const { openPublication } = await import("../warehouse/publication.js");
      const store = openStore(options);
      const folder = await realpath(await mkdtemp(join(tmpdir(), "ancora-query-")));
      const engine = await openPublication(store, await openPublished(store), { otherFolder: folder });
      const session = await engine.connect();
      try {
        await answer(session, `from (\n${sql.replace(/;\s*(--[^\n]*\s*)?$/, "")}\n)`, folder, options);
      } catch (error) {
        throw isEngineError(error) ? sqlError(error, { sql, file: "query" }, exitCodes.usage) : error;
      } finally {
        session.close();
        engine.close();
        await rm(folder, { recursive: true, force: true });
      }
    });
}

async function answer(session: Session, sql: string, folder: string, options: QueryOptions): Promise<void> {
  const format = options.json ? "json" : options.format;
  if (format === "table") {
    if (options.output !== undefined) {
      throw new UserError("--output takes csv, json, arrow or parquet, found the format table", {
        hint: "For example --format csv.",
      });
    }
    await printTable(session, sql, options.rows);
    return;
  }
  const file = join(folder, `result.${format}`);
  if (format === "arrow") {
    const { tableToIPC } = await import("apache-arrow");
    await writeFile(file, tableToIPC(await session.arrow(sql), "file"));
  } else await session.copy(format === "json" ? await finite(session, sql) : sql, file, format);
  if (options.output === undefined) await pipeline(createReadStream(file), process.stdout, { end: false });
  else await copyDurably(file, resolve(options.output));
}

/** JSON has no NaN and no infinity: they are null there. */
async function finite(session: Session, sql: string): Promise<string> {
  const replaced = (await session.describe(sql))
    .filter(({ type }) => type === "DOUBLE" || type === "FLOAT")
    .map(({ name }) => identifier(name))
    .map((column) => `case when isfinite(${column}) then ${column} end as ${column}`);
  return replaced.length === 0 ? sql : `select * replace (${replaced.join(", ")}) ${sql}`;
}

async function printTable(session: Session, sql: string, most: number): Promise<void> {
  const { columns, rows } = await session.query(`${sql} limit ${most + 1}`);
  const shown = rows.slice(0, most).map((row) => row.map((cell) => visible(cell)));
  for (const line of aligned([columns.map(({ name }) => name), ...shown])) print(line);
  if (rows.length > most) log(`The first ${most} rows; --rows shows more, --format csv writes all.`);
}

/** One line of a terminal, whatever a customer has written. */
function visible(cell: unknown): string {
  if (cell === null) return "-";
  const text = typeof cell === "string" ? cell : JSON.stringify(cell);
  // Control characters would move the cursor or colour the screen.
  // eslint-disable-next-line no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, " ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
