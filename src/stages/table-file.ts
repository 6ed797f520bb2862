import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { UserError } from "../errors.js";
import { suggest } from "../suggest.js";
import { contractSchema } from "../warehouse/contract.js";
import { csvHeader } from "../warehouse/csv-file.js";
import { openDuckDb } from "../warehouse/duckdb.js";
import { identifier, literal, pathLiteral, type Session } from "../warehouse/engine.js";

/** A CSV or Parquet file from anywhere, held as a table of texts. */
export interface TableFile {
  file: string;
  columns: string[];
  rows: number;
  /** Where the rows are `temp.table_file`, in the order of `rowid`. */
  session: Session;
  /**
   * A column's cells as texts, null where they are empty.
   *
   * @throws UserError if there is no such column.
   */
  read(column: string): Promise<(string | null)[]>;
  close(): void;
}

/**
 * Opens a table: Parquet, or CSV in UTF-8 with a header, packed with gzip or not.
 *
 * @param delimiter of a CSV file; by default the one of comma, semicolon, tab and bar that its header has most of
 * @throws UserError if the file is absent or cannot be read as a table.
 */
export async function openTableFile(file: string, delimiter?: string): Promise<TableFile> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new UserError(`expected a table in ${file}, found nothing`, {
      hint: "Mend the path given to --data.",
    });
  }
  const engine = await openDuckDb();
  const session = await engine.connect();
  const close = () => {
    session.close();
    engine.close();
  };
  try {
    const columns = (await isParquet(path))
      ? await loadParquet(session, path)
      : await loadCsv(session, path, file, delimiter);
    const { rows } = await session.query(`select count(*)::integer as n from temp.table_file`);
    return {
      file,
      columns,
      rows: Number(rows[0]?.[0] ?? 0),
      session,
      read: (column) => read(session, file, columns, column),
      close,
    };
  } catch (error) {
    close();
    if (error instanceof UserError) throw error;
    throw new UserError(`${file} cannot be read: ${String(error).split("\n").slice(0, 4).join(" ")}`, {
      hint: "Expected Parquet, or CSV in UTF-8 with a header and as many fields in each record (see --delimiter).",
      cause: error,
    });
  }
}

async function isParquet(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString("latin1") === "PAR1";
  } finally {
    await handle.close();
  }
}

async function loadParquet(session: Session, path: string): Promise<string[]> {
  const scan = `read_parquet(${pathLiteral(path)})`;
  const columns = (await session.describe(`select * from ${scan}`)).map(({ name }) => name);
  const texts = columns.map((name) => `${identifier(name)}::varchar as ${identifier(name)}`);
  await session.execute(`create temporary table table_file as select ${texts.join(", ")} from ${scan}`);
  return columns;
}

async function loadCsv(session: Session, path: string, file: string, delimiter?: string): Promise<string[]> {
  const { separator, columns } = await headerOf(path, file, delimiter);
  const fields = columns.map((name) => `${literal(name)}: 'varchar'`).join(", ");
  await session.execute(
    `create temporary table table_file as from read_csv(${pathLiteral(path)}, auto_detect = false, header = true,
       delim = ${literal(separator)}, quote = '"', escape = '"', columns = {${fields}})`,
  );
  return columns;
}

async function headerOf(
  path: string,
  file: string,
  delimiter?: string,
): Promise<{ separator: string; columns: string[] }> {
  const candidates = delimiter === undefined ? [",", ";", "\t", "|"] : [delimiter];
  const headers = await Promise.all(
    candidates.map(async (separator) => {
      const { csv } = contractSchema.parse({ csv: { delimiter: separator }, columns: {} });
      return { separator, names: await csvHeader(path, file, csv) };
    }),
  );
  const { separator, names } = headers.reduce((best, next) =>
    next.names.length > best.names.length ? next : best,
  );
  const columns = names.map((name, index) => (name === "" ? `column ${index + 1}` : name));
  const twice = columns.find(
    (name, index) => columns.findIndex((other) => other.toLowerCase() === name.toLowerCase()) < index,
  );
  if (twice === undefined) return { separator, columns };
  throw new UserError(`expected columns of different names, found ${twice} twice`, {
    place: { file, line: 1 },
    hint: "Rename one of them; capitals make no difference.",
  });
}

async function read(
  session: Session,
  file: string,
  columns: readonly string[],
  name: string,
): Promise<(string | null)[]> {
  if (!columns.includes(name)) {
    throw new UserError(`${file} has no column ${name}`, { hint: suggest(name, columns) });
  }
  const [column] = await session.columns(`select ${identifier(name)} from temp.table_file order by rowid`);
  return Array.from<string | number | null, string | null>(column?.values ?? [], (value) =>
    value === null ? null : String(value),
  );
}
