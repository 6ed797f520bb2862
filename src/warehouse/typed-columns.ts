import type { Contract, ContractColumn, CsvDialect } from "./contract.js";
import { identifier, literal } from "./engine.js";

/** One source column as it arrives: the SQL that reads it, or nothing when the source lacks it. */
export interface SourceColumn {
  expression: string;
  /** The engine's type; only text is parsed by the dialect. */
  type: string;
}

export interface TypedColumn {
  name: string;
  /** The value in the contract's type, null where it does not fit. */
  value: string;
  /** The value as it was written, as text. */
  written: string;
  /** Null when the value keeps the contract, else what was expected. */
  problem: string;
}

/** SQL that types and judges each column of a contract. A column that the source lacks is null and, if required, a problem. */
export function typedColumns(contract: Contract, source: ReadonlyMap<string, SourceColumn>): TypedColumn[] {
  return Object.entries(contract.columns).map(([name, column]) => {
    const found = source.get(name);
    if (!found) {
      const value = `null::${column.type}`;
      return { name, value, written: "null::varchar", problem: problemOf(column, value, "null") };
    }
    const text = found.type === "VARCHAR" ? emptied(found.expression, contract.csv) : undefined;
    const value = text
      ? parsed(text, column, contract.csv)
      : `try_cast(${found.expression} as ${column.type})`;
    const written = text ?? `${found.expression}::varchar`;
    return { name, value, written, problem: problemOf(column, value, written) };
  });
}

function emptied(expression: string, dialect: CsvDialect): string {
  const nulls = ["", ...dialect.nulls].map(literal).join(", ");
  return `(case when ${expression} in (${nulls}) then null else ${expression} end)`;
}

function parsed(text: string, { type }: ContractColumn, dialect: CsvDialect): string {
  const trimmed = `trim(${text})`;
  switch (type) {
    case "varchar":
      return text;
    case "boolean":
      return `(case when lower(${trimmed}) in ('true', 't', '1', 'yes', 'y', 'si', 'sì', 's', 'vero') then true
        when lower(${trimmed}) in ('false', 'f', '0', 'no', 'n', 'falso') then false end)`;
    case "date":
      return dialect.date_format
        ? `try_strptime(${trimmed}, ${literal(dialect.date_format)})::date`
        : `try_cast(${trimmed} as date)`;
    case "timestamp":
      return dialect.timestamp_format
        ? `try_strptime(${trimmed}, ${literal(dialect.timestamp_format)})`
        : `(case when regexp_matches(${trimmed}, ':\\d\\d.*(Z|[+-]\\d\\d(:?\\d\\d)?)$')
          then try_cast(${trimmed} as timestamptz)::timestamp else try_cast(${trimmed} as timestamp) end)`;
    case "integer":
    case "bigint": {
      const digits = pointed(trimmed, dialect);
      return `(case when regexp_full_match(${digits}, '[+-]?\\d+') then try_cast(${digits} as ${type}) end)`;
    }
    case "double": {
      const number = `try_cast(${pointed(trimmed, dialect)} as double)`;
      return `(case when isfinite(${number}) then ${number} end)`;
    }
    default:
      return `try_cast(${pointed(trimmed, dialect)} as ${type})`;
  }
}

/** A number's text with a decimal point and no thousands separators. */
function pointed(text: string, { decimal, thousands }: CsvDialect): string {
  const joined = thousands ? `replace(${text}, ${literal(thousands)}, '')` : text;
  return decimal === "." ? joined : `replace(${joined}, ${literal(decimal)}, '.')`;
}

function problemOf(column: ContractColumn, value: string, written: string): string {
  const cases = [
    `when ${value} is null and ${written} is not null then ${literal(`expected ${column.type}`)}`,
  ];
  if (column.required) cases.push(`when ${written} is null then 'required, found empty'`);
  if (column.accepted) {
    const accepted = column.accepted.map((item) => literal(String(item)));
    const reason = `expected one of ${column.accepted.join(", ")}`;
    cases.push(
      `when ${value} is not null and (${value})::varchar not in (${accepted.join(", ")}) then ${literal(reason)}`,
    );
  }
  if (column.range) {
    const [low, high] = column.range.map((bound) => `${literal(String(bound))}::${column.type}`);
    const reason = `expected ${column.range[0]} to ${column.range[1]}`;
    cases.push(`when ${value} not between ${low} and ${high} then ${literal(reason)}`);
  }
  return `case ${cases.join(" ")} end`;
}

/** The typed columns as a select list. */
export function typedSelection(columns: readonly TypedColumn[]): string {
  return columns.map(({ name, value }) => `${value} as ${identifier(name)}`).join(", ");
}
