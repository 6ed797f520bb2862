import { UserError, type Place } from "../errors.js";
import type { Operator } from "./expression.js";

/** The smallest parts of conditions and formats. */
export type Word =
  | { kind: "name"; text: string }
  | { kind: "string"; text: string }
  | { kind: "number"; value: number }
  | { kind: "operator"; operator: Operator };

const pattern =
  /\s*(?:"([^"]*)"|(-?\d+(?:\.\d+)?)(?![\p{L}\p{N}_.])|([\p{L}_][\p{L}\p{N}_.]*)|(==|!=|>=|<=|>|<))\s*/uy;

/** Throws `UserError` at the first character that begins no word. */
export function tokenize(text: string, place: Place): Word[] {
  const words: Word[] = [];
  pattern.lastIndex = 0;
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    const match = text.slice(at).trim() === "" ? undefined : pattern.exec(text);
    if (match === undefined) break;
    if (match === null) {
      throw new UserError(`cannot read \`${text.slice(at).trim()}\` in \`${text.trim()}\``, { place });
    }
    const [, string, number, name, operator] = match;
    if (string !== undefined) words.push({ kind: "string", text: string });
    else if (number !== undefined) words.push({ kind: "number", value: Number(number) });
    else if (name !== undefined) words.push({ kind: "name", text: name });
    else if (isOperator(operator)) words.push({ kind: "operator", operator });
  }
  return words;
}

const operators: readonly string[] = ["==", "!=", ">", ">=", "<", "<="] satisfies Operator[];

const isOperator = (text: string | undefined): text is Operator =>
  text !== undefined && operators.includes(text);
