import { UserError, type Place } from "../errors.js";
import type { Cell } from "../result.js";
import { columnIndex, countRows, type CellResult, type Results } from "./data.js";
import { elide } from "./elision.js";
import type { Comparison, Condition, Expression, Operand, Operator, Path, Template } from "./expression.js";
import type { Formatter } from "./format.js";
import type { Locale } from "./locale.js";

/** What paths mean at one place of a notebook. */
export interface Scope {
  results: Results;
  /** `params` and `run`. */
  values: Readonly<Record<string, Readonly<Record<string, Cell>>>>;
  /** The current row of each result that an enclosing `each` repeats. */
  rows: ReadonlyMap<string, number>;
  locale: Locale;
  write: Formatter;
  /** Names of the reports that stand in the same folder: the only ones that a value may link to. */
  linkable: ReadonlySet<string>;
}

interface Found {
  value: Cell;
  type?: string | undefined;
}

/** The text of `{{ path | format }}`. Throws `UserError` when the path names nothing. */
export function writeExpression({ path, format, place }: Expression, scope: Scope): string {
  const result = path.length === 1 ? scope.results.get(path[0] ?? "") : undefined;
  if (result && format?.kind === "count") return scope.write(countRows(result));
  if (result && format?.kind === "plural") return scope.write(countRows(result), format);
  const { value, type } = find(path, scope, place);
  return scope.write(value, format, type);
}

/** Where `{{ path | link }}` leads to: another report of ours in the same language, or nowhere. */
export function linkTarget({ path, format, place }: Expression, scope: Scope): string | undefined {
  if (format?.kind !== "link") return undefined;
  const { value } = find(path, scope, place);
  if (typeof value !== "string" || !scope.linkable.has(value)) return undefined;
  return `${encodeURIComponent(value)}.${scope.locale}.html`;
}

export function writeTemplate(template: Template, scope: Scope): string {
  return template.reduce<string>((text, part) => {
    if (typeof part === "string") return text + part;
    const value = writeExpression(part, scope);
    return elide(text, value, scope.locale) + value;
  }, "");
}

/** Whether every path of a template leads to a value. */
export function isComplete(template: Template, scope: Scope): boolean {
  return template.every((part) => {
    if (typeof part === "string" || (part.path.length === 1 && scope.results.has(part.path[0] ?? "")))
      return true;
    return find(part.path, scope, part.place).value !== null;
  });
}

export function holds({ comparisons, place }: Condition, scope: Scope): boolean {
  return comparisons.every((comparison) => compare(comparison, scope, place));
}

/** The value at a path: a result's first row, or its current one inside `each`. */
function find(path: Path, { results, values, rows, locale }: Scope, place: Place): Found {
  const [name = "", column = "", ...fields] = path;
  const unknown = new UserError(`nothing is named \`${path.join(".")}\``, { place });
  const result = results.get(name);
  if (result) {
    const index = columnIndex(result.columns, column, locale);
    if (index < 0) throw unknown;
    const value = result.rows[rows.get(name) ?? 0]?.[index] ?? null;
    return {
      value: inside(value, fields),
      type: fields.length > 0 ? undefined : result.columns[index]?.type,
    };
  }
  const group = Object.hasOwn(values, name) ? values[name] : undefined;
  if (!group || !Object.hasOwn(group, column)) throw unknown;
  return { value: inside(group[column] ?? null, fields), ...(column === "as_of" ? { type: "DATE" } : {}) };
}

function inside(value: Cell, fields: readonly string[]): Cell {
  return fields.reduce<Cell>(
    (outer, field) =>
      typeof outer === "object" && outer !== null && !Array.isArray(outer) && Object.hasOwn(outer, field)
        ? (outer[field] ?? null)
        : null,
    value,
  );
}

function compare({ negated, left, right }: Comparison, scope: Scope, place: Place): boolean {
  if (!right) return isSomething(left, scope, place) !== negated;
  return ordered(valueOf(left, scope, place), right.operator, valueOf(right.operand, scope, place));
}

/** A result with rows; a value that is not null, false, zero or empty. */
function isSomething(operand: Operand, scope: Scope, place: Place): boolean {
  const result = resultOf(operand, scope);
  return result ? result.rows.length > 0 : Boolean(valueOf(operand, scope, place));
}

function valueOf(operand: Operand, scope: Scope, place: Place): Cell {
  return "literal" in operand ? operand.literal : find(operand.path, scope, place).value;
}

function resultOf(operand: Operand, { results }: Scope): CellResult | undefined {
  return "path" in operand && operand.path.length === 1 ? results.get(operand.path[0] ?? "") : undefined;
}

function ordered(left: Cell, operator: Operator, right: Cell): boolean {
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (left === null || right === null || typeof left !== typeof right) return false;
  switch (operator) {
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
  }
}
