import { readFileSync } from "node:fs";
import { exitCodes, UserError } from "../errors.js";
import { suggest } from "../suggest.js";
import type { Contract } from "./contract.js";
import { csvHeader, needsRewriting, rewriteCsv } from "./csv-file.js";
import { identifier, literal, pathLiteral, type Session } from "./engine.js";
import type { Cell } from "../result.js";
import { recordColumns, yamlRecords } from "./yaml-records.js";
import { typedColumns, type SourceColumn } from "./typed-columns.js";

export interface IntakeResult {
  /** Rows that kept the contract. */
  rows: number;
  /** Records that did not, each counted once. */
  quarantined: number;
  /** Columns of the file that the contract does not name: left out. */
  unknownColumns: string[];
}

/** What `quarantine` keeps of each value that broke a contract. `record` counts the file's records from 1, header excluded. */
export const quarantineColumns =
  "table_name varchar, file varchar, record bigint, column_name varchar, value varchar, reason varchar";

/**
 * Reads one CSV, Parquet or YAML file against its contract: rows that keep it go to `goodFile`, what breaks it to `badFile`, both Parquet.
 *
 * @param label the file's name for people
 * @param scratch a folder for copies of files that the engine cannot read as they are
 * @throws UserError when the file cannot be read as the contract says at all
 */
export async function takeIn(
  session: Session,
  source: { file: string; label: string; table: string; contract: Contract; scratch: string },
  goodFile: string,
  badFile: string,
): Promise<IntakeResult> {
  const { label, table, contract } = source;
  await session.execute("drop table if exists intake");
  const { columns, unknown } = await readFile(session, source);
  const rejects = "intake_rejects";
  await session.execute(`create or replace temp table ${rejects} as ${await structuralRejects(session)}`);
  await session.execute("drop table if exists reject_errors; drop table if exists reject_scans");
  const result = await judge(
    session,
    { table, label, contract, columns, rejects, relation: "intake" },
    goodFile,
    badFile,
  );
  await session.execute("drop table intake");
  return { ...result, unknownColumns: unknown };
}

/**
 * Splits the rows of `relation`, which has a `record` number, into those that keep the contract and what breaks it.
 *
 * @param rejects a relation of (record, value, reason, records) with what could not be read at all
 */
export async function judge(
  session: Session,
  source: {
    table: string;
    label: string;
    contract: Contract;
    columns: ReadonlyMap<string, SourceColumn>;
    relation: string;
    rejects: string;
  },
  goodFile: string,
  badFile: string,
): Promise<{ rows: number; quarantined: number }> {
  const { contract, relation, rejects } = source;
  const typed = typedColumns(contract, source.columns);
  const problems = typed.map(
    ({ name, written, problem }) => `{c: ${literal(name)}, v: ${written}, r: ${problem}}`,
  );
  const values = typed.map(({ value }, index) => `${value} as v${index}`).join(", ");
  await session.execute(`create or replace temp table judged as
    select record, ${values}, list_filter([${problems.join(", ")}], lambda p: p.r is not null) as problems
    from ${relation}`);
  const duplicates = await duplicateRecords(session, contract);
  const isGood = `len(problems) = 0 and record not in (select record from ${duplicates})`;
  const names = typed.map(({ name }, index) => `v${index} as ${identifier(name)}`).join(", ");
  const rows = await session.copy(
    `select ${names} from judged where ${isGood} order by record`,
    goodFile,
    "parquet",
  );
  const bad = `
    select record, p.c as column_name, p.v as value, p.r as reason from (select record, unnest(problems) as p from judged)
    union all by name
    select record, ${literal((contract.key ?? []).join(", "))} as column_name, value, reason from ${duplicates} where reason is not null`;
  await session.copy(
    `with rejected as (
      select record, value, reason, record - row_number() over (order by record) as good_before from ${rejects}),
    bad as (${bad})
    select ${literal(source.table)} as table_name, ${literal(source.label)} as file,
      record + (select count(*) from rejected where good_before < bad.record) as record, column_name, value, reason from bad
    union all by name
    select ${literal(source.table)} as table_name, ${literal(source.label)} as file, record, null as column_name, value, reason from rejected
    order by record, column_name`,
    badFile,
    "parquet",
  );
  const { rows: counted } = await session.query(
    `select (select count(*) from judged where len(problems) > 0)
      + (select count(*) from ${duplicates} where reason is not null)
      + (select coalesce(sum(records), 0) from ${rejects})`,
  );
  await session.execute(`drop table judged; drop table ${duplicates}; drop table ${rejects}`);
  return { rows, quarantined: Number(counted[0]?.[0]) };
}

/** A table of the records that repeat a key: with a reason those to report, without one those that a later record replaces. */
async function duplicateRecords(session: Session, contract: Contract): Promise<string> {
  const empty = "select null::bigint as record, null::varchar as value, null::varchar as reason limit 0";
  if (!contract.key) {
    await session.execute(`create or replace temp table duplicates as ${empty}`);
    return "duplicates";
  }
  const columns = Object.keys(contract.columns);
  const key = contract.key.map((name) => `v${columns.indexOf(name)}`).join(", ");
  const { rows } = await session.query(
    `select count(*) - count(distinct (${key})) from judged where len(problems) = 0`,
  );
  const winner = contract.duplicates === "latest" ? "desc" : "asc";
  const reason =
    contract.duplicates === "latest"
      ? "null::varchar"
      : "'expected a unique key, found it in record ' || first_record || ' too'";
  await session.execute(
    `create or replace temp table duplicates as ${
      Number(rows[0]?.[0]) === 0
        ? empty
        : `select record, value, ${reason} as reason from (
          select record, concat_ws(', ', ${key}) as value,
            row_number() over (partition by ${key} order by record ${winner}) as occurrence,
            min(record) over (partition by ${key}) as first_record
          from judged where len(problems) = 0) where occurrence > 1`
    }`,
  );
  return "duplicates";
}

type Source = Parameters<typeof takeIn>[1];

function readFile(session: Session, { file, label, contract, scratch }: Source) {
  if (/\.parquet$/i.test(file)) return readParquet(session, file, label, contract);
  if (/\.ya?ml$/i.test(file)) return readRecords(session, file, label, contract);
  return readCsv(session, file, label, contract, scratch);
}

/** Policy as people write it: a YAML list of records, those with a list in them standing for a row an element. */
async function readRecords(session: Session, file: string, label: string, contract: Contract) {
  const columnsOfText = recordColumns(yamlRecords(readFileSync(file, "utf8"), label));
  const { matched, unknown } = match(
    columnsOfText.map(({ name }) => name),
    label,
    contract,
  );
  await session.insert("intake_records", columnsOfText);
  const columns = await numberRecords(session, "temp.intake_records", matched, () => "VARCHAR");
  return { columns, unknown };
}

async function readParquet(session: Session, file: string, label: string, contract: Contract) {
  const scan = `read_parquet(${pathLiteral(file)})`;
  const described = await session.describe(`select * from ${scan}`).catch((error: unknown) => {
    throw new UserError("expected a Parquet file, found something else", {
      exitCode: exitCodes.contractBroken,
      place: { file: label },
      hint: "Deliver the file again: it may have been cut off.",
      cause: error,
    });
  });
  const { matched, unknown } = match(
    described.map(({ name }) => name),
    label,
    contract,
  );
  const types = new Map(described.map(({ name, type }) => [name, type]));
  const columns = await numberRecords(session, scan, matched, (name) => types.get(name) ?? "VARCHAR");
  return { columns, unknown };
}

/** Makes the table `intake` of a relation's matched columns, under names of its own: the source may use any. */
async function numberRecords(
  session: Session,
  relation: string,
  matched: ReadonlyMap<string, string>,
  typeOf: (sourceName: string) => string,
): Promise<Map<string, SourceColumn>> {
  const found = [...matched].map(([name, sourceName], index) => ({
    name,
    sourceName,
    expression: `c${index}`,
  }));
  const selected = found.map(({ sourceName, expression }) => `${identifier(sourceName)} as ${expression}`);
  await session.execute(
    `create temp table intake as select ${["row_number() over () as record", ...selected].join(", ")} from ${relation}`,
  );
  return new Map(
    found.map(({ name, sourceName, expression }) => [name, { expression, type: typeOf(sourceName) }]),
  );
}

async function readCsv(session: Session, file: string, label: string, contract: Contract, scratch: string) {
  const { delimiter, quote } = contract.csv;
  const header = await csvHeader(file, label, contract.csv);
  const { matched, unknown } = match(header, label, contract);
  const path = (await needsRewriting(file, label, contract.csv))
    ? await rewriteCsv(file, label, contract.csv, scratch)
    : file;
  const declared = header.map((_, index) => `c${index}: 'varchar'`).join(", ");
  await session.execute(`create temp table intake as select row_number() over () as record, * from read_csv(${pathLiteral(path)},
    auto_detect = false, header = true, delim = ${literal(delimiter)}, quote = ${literal(quote)}, escape = ${literal(quote)},
    columns = {${declared}}, store_rejects = true, max_line_size = ${maximalLine}, buffer_size = ${2 * maximalLine})`);
  const columns = new Map<string, SourceColumn>();
  for (const [name, sourceName] of matched) {
    columns.set(name, { expression: `c${header.indexOf(sourceName)}`, type: "VARCHAR" });
  }
  return { columns, unknown };
}

/** Bytes of a record; longer ones are rejected. The engine would take sixteen times as much memory for each file if not told. */
const maximalLine = 4_000_000;

/** Which of the source's columns is which of the contract's. */
function match(found: readonly string[], label: string, contract: Contract) {
  const matched = new Map<string, string>();
  const missing: string[] = [];
  for (const [name, column] of Object.entries(contract.columns)) {
    const sourceName = column.from ?? name;
    if (found.includes(sourceName)) matched.set(name, sourceName);
    else if (!column.absent) missing.push(sourceName);
  }
  const twice = found.find((name, index) => name !== "" && found.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new UserError(`expected each column once, found '${twice}' twice in the header`, {
      exitCode: exitCodes.contractBroken,
      place: { file: label, line: 1 },
      hint: "Rename one of the two columns.",
    });
  }
  const used = new Set(matched.values());
  const unknown = found.filter((name) => name !== "" && !used.has(name));
  if (missing.length > 0) {
    const [first = ""] = missing;
    throw new UserError(
      `the header lacks ${missing.map((name) => `'${name}'`).join(", ")}; found ${found.join(", ")}`,
      {
        exitCode: exitCodes.contractBroken,
        place: { file: label, line: 1 },
        hint:
          unknown.length > 0
            ? `${suggest(first, unknown)} Deliver the column, or mend the contract.`
            : "Deliver the column, or mark it `absent: true` in the contract.",
      },
    );
  }
  return { matched, unknown };
}

/** What the CSV reader of this session could not split into columns, one row a record. */
async function structuralRejects(session: Session): Promise<string> {
  const { rows } = await session.query(
    "select count(*) from duckdb_tables() where table_name = 'reject_errors' and temporary",
  );
  if (isZero(rows[0]?.[0])) {
    return "select null::bigint as record, null::varchar as value, null::varchar as reason, null::bigint as records limit 0";
  }
  return `select line - 1 as record, any_value(csv_line) as value,
      string_agg(distinct lower(error_message), '; ') as reason,
      max(greatest(1, len(string_split(trim(csv_line, chr(10)), chr(10))))) as records
    from reject_errors group by line`;
}

function isZero(cell: Cell | undefined): boolean {
  return Number(cell ?? 0) === 0;
}
