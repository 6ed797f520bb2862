import { UserError, type Place } from "../errors.js";
import { parseFormat, type Format } from "./format-spec.js";
import { tokenize, type Word } from "./words.js";

/** `headline.nps`: the result, the column, then fields of structured values. */
export type Path = readonly string[];

/** `path | format`, as it stands between double braces. */
export interface Expression {
  path: Path;
  format: Format | undefined;
  place: Place;
}

export type Operand = { path: Path } | { literal: string | number | boolean | null };

export type Operator = "==" | "!=" | ">" | ">=" | "<" | "<=";

export interface Comparison {
  /** `not x`: only without an operator. */
  negated: boolean;
  left: Operand;
  right?: { operator: Operator; operand: Operand };
}

/** All comparisons must hold. */
export interface Condition {
  comparisons: Comparison[];
  place: Place;
}

/** Text with values in it: `Late orders cost {{ friction.cost | currency }}`. */
export type Template = readonly (string | Expression)[];

/** Throws `UserError` when the text is not `path` or `path | format`. */
export function parseExpression(text: string, place: Place): Expression {
  const bar = text.indexOf("|");
  const path = parsePath(text.slice(0, bar < 0 ? undefined : bar).trim(), place);
  return { path, format: bar < 0 ? undefined : parseFormat(text.slice(bar + 1), place), place };
}

/** Throws `UserError` when what stands between double braces is not an expression. */
export function parseTemplate(text: string, place: Place): Template {
  return text
    .split(/\{\{(.*?)\}\}/s)
    .map((part, index) => (index % 2 === 0 ? part : parseExpression(part, place)))
    .filter((part) => part !== "");
}

/** Parses `path`, `not path`, `path op operand`, joined by `and`. Throws `UserError`. */
export function parseCondition(text: string, place: Place): Condition {
  const groups: Word[][] = [[]];
  for (const word of tokenize(text, place)) {
    if (word.kind === "name" && word.text === "and") groups.push([]);
    else groups.at(-1)?.push(word);
  }
  return { comparisons: groups.map((words) => parseComparison(words, text, place)), place };
}

function parseComparison(words: readonly Word[], text: string, place: Place): Comparison {
  const negated = words[0]?.kind === "name" && words[0].text === "not";
  const [left, operator, right, ...rest] = negated ? words.slice(1) : words;
  const wrong = new UserError(`cannot read the condition \`${text}\``, {
    place,
    hint: "Write `name`, `name.column`, `not name`, or `name.column > 3`, joined by `and`",
  });
  if (!left) throw wrong;
  if (!operator) return { negated, left: parseOperand(left, place) };
  if (negated || operator.kind !== "operator" || !right || rest.length > 0) throw wrong;
  return {
    negated,
    left: parseOperand(left, place),
    right: { operator: operator.operator, operand: parseOperand(right, place) },
  };
}

const constants: Record<string, boolean | null> = { true: true, false: false, null: null };

function parseOperand(word: Word, place: Place): Operand {
  if (word.kind === "number") return { literal: word.value };
  if (word.kind === "string") return { literal: word.text };
  if (word.kind === "operator") {
    throw new UserError(`expected a value, found \`${word.operator}\``, { place });
  }
  const constant = constants[word.text];
  return constant === undefined ? { path: parsePath(word.text, place) } : { literal: constant };
}

function parsePath(text: string, place: Place): Path {
  if (!/^\p{L}[\p{L}\p{N}_]*(\.[\p{L}\p{N}_]+)*$/u.test(text)) {
    throw new UserError(`expected a name such as \`headline.nps\`, found \`${text}\``, {
      place,
      hint: "Between double braces stand a path and perhaps a format: `{{ headline.nps | number 1 }}`",
    });
  }
  return text.split(".");
}
