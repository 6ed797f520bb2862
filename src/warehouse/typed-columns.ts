import type { Contract, ContractColumn, CsvDialect } from "./contract.js";
import { literal } from "./engine.js";

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
    const judged = { ...column, required: column.required || (contract.key?.includes(name) ?? false) };
    const found = source.get(name);
    if (!found) {
      const value = `null::${column.type}`;
      return { name, value, written: "null::varchar", problem: problemOf(judged, value, "null") };
    }
    const text = found.type === "VARCHAR" ? emptied(found.expression, contract.csv) : undefined;
    const value = text ? parsed(text, column, contract.csv) : converted(found, column);
    const written = text ?? `${found.expression}::varchar`;
    return { name, value, written, problem: problemOf(judged, value, written) };
  });
}

function emptied(expression: string, dialect: CsvDialect): string {
  const nulls = ["", ...dialect.nulls].map(literal).join(", ");
  return `(case when ${expression} in (${nulls}) then null else ${expression} end)`;
}

/** A value that has a type already. What does not fit whole, such as 1.7 in an integer, does not fit. */
function converted({ expression, type: from }: SourceColumn, { type }: ContractColumn): string {
  const value = `try_cast(${expression} as ${type})`;
  switch (type) {
    case "varchar":
      return textual(value);
    case "integer":
    case "bigint":
      return /^(FLOAT|DOUBLE|DECIMAL)/.test(from)
        ? `(case when ${value} = ${expression} then ${value} end)`
        : value;
    case "double":
      return `(case when isfinite(${value}) then ${value} end)`;
    case "date":
    case "timestamp":
      return ofOurTime(value);
    default:
      return value;
  }
}

function parsed(text: string, { type }: ContractColumn, dialect: CsvDialect): string {
  const trimmed = `trim(${text})`;
  switch (type) {
    case "varchar":
      return textual(text);
    case "boolean":
      return `(case when lower(${trimmed}) in ('true', 't', '1', 'yes', 'y', 'si', 'sì', 's', 'vero') then true
        when lower(${trimmed}) in ('false', 'f', '0', 'no', 'n', 'falso') then false end)`;
    case "date":
      return ofOurTime(
        dialect.date_format
          ? `try_strptime(${trimmed}, ${literal(dialect.date_format)})::date`
          : `(case when regexp_full_match(${trimmed}, '\\d{4}[-/]\\d{1,2}[-/]\\d{1,2}([ T]00:00(:00(\\.0+)?)?)?')
            then try_cast(${trimmed} as date) end)`,
      );
    case "timestamp":
      return ofOurTime(
        dialect.timestamp_format
          ? `try_strptime(${trimmed}, ${literal(dialect.timestamp_format)})::timestamp`
          : `(case when not regexp_matches(${trimmed}, '^\\d{4}[-/]') then null
            when regexp_matches(${trimmed}, ':\\d\\d.*(Z|[+-]\\d\\d(:?\\d\\d)?)$')
            then try_cast(${trimmed} as timestamptz)::timestamp else try_cast(${trimmed} as timestamp) end)`,
      );
    case "double": {
      const number = numeric(trimmed, type, dialect);
      return `(case when isfinite(${number}) then ${number} end)`;
    }
    default:
      return numeric(trimmed, type, dialect);
  }
}

/** A zero character is the mark of another encoding, or of no text at all. */
function textual(text: string): string {
  return `(case when not contains(${text}, chr(0)) then ${text} end)`;
}

/** Years of four digits: `01/03/26` is not the year 26, and `infinity` no date. */
function ofOurTime(time: string): string {
  return `(case when year(${time}) between 1000 and 9999 then ${time} end)`;
}

/**
 * A number as the dialect writes it, null for any other text: a point where a comma is the separator, digits grouped by other
 * than three, more decimals than the type holds.
 */
function numeric(text: string, type: string, { decimal, thousands }: CsvDialect): string {
  const point = `\\${decimal}`;
  const whole = thousands ? `(\\d{1,3}([${thousands}]\\d{3})+|\\d+)` : "\\d+";
  const scale = /,\s?(\d+)/.exec(type)?.[1];
  const pattern =
    type === "double"
      ? `[+-]?(${whole}(${point}\\d*)?|${point}\\d+)([eE][+-]?\\d+)?`
      : scale === undefined || Number(scale) === 0
        ? `[+-]?${whole}${scale === undefined ? "" : `(${point}0*)?`}`
        : `[+-]?(${whole}(${point}\\d{0,${scale}}0*)?|${point}\\d{1,${scale}}0*)`;
  const joined = thousands ? `replace(${text}, ${literal(thousands)}, '')` : text;
  const pointed = decimal === "." ? joined : `replace(${joined}, ${literal(decimal)}, '.')`;
  return `(case when regexp_full_match(${text}, ${literal(pattern)}) then try_cast(${pointed} as ${type}) end)`;
}

function problemOf(column: ContractColumn, value: string, written: string): string {
  const cases = [
    `when ${value} is null and ${written} is not null then ${literal(`expected ${column.type}`)}`,
  ];
  if (column.required) cases.push(`when ${written} is null then 'required, found empty'`);
  const typed = (bound: string | number) => `${literal(String(bound))}::${column.type}`;
  if (column.accepted) {
    const reason = `expected one of ${column.accepted.join(", ")}`;
    cases.push(`when ${value} not in (${column.accepted.map(typed).join(", ")}) then ${literal(reason)}`);
  }
  if (column.range) {
    const [low, high] = column.range;
    const reason = `expected ${low} to ${high}`;
    cases.push(`when ${value} not between ${typed(low)} and ${typed(high)} then ${literal(reason)}`);
  }
  return `case ${cases.join(" ")} end`;
}
