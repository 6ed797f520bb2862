import { UserError, type Place } from "../errors.js";
import { suggest } from "../suggest.js";
import { tokenize, type Word } from "./words.js";

/** How a value is written; the words after the bar in `{{ value | percent 1 | signed }}`. */
export type Format =
  | NumberFormat
  | DateFormat
  | TextFormat
  | PluralFormat
  | { kind: "list" }
  | { kind: "count" }
  | { kind: "link" };

export interface NumberFormat {
  kind: "number" | "integer" | "percent" | "currency";
  /** Digits after the decimal point; by the value's size when undefined. */
  digits: number | undefined;
  /** Always with a sign. */
  signed: boolean;
  /** Without a sign: for sentences that say "fell by". */
  absolute: boolean;
  /** `1.2M` for 1,200,000. */
  compact: boolean;
}

const dateStyles = ["long", "short", "month", "day", "year", "time"] as const;

export interface DateFormat {
  kind: "date";
  style: (typeof dateStyles)[number];
}

export interface TextFormat {
  /** A term is looked up in the words for codes found in data. */
  kind: "text" | "term";
  capital: boolean;
}

export interface PluralFormat {
  kind: "plural";
  /** The word for one thing, then for any other number. */
  one: string;
  other: string;
}

const kinds = [
  "number",
  "integer",
  "percent",
  "currency",
  "date",
  "text",
  "term",
  "plural",
  "list",
  "count",
  "link",
];
const modifiers = ["signed", "absolute", "compact", "capital"];

/** Parses `percent 1 | signed`. Throws `UserError` for unknown names and arguments that do not fit. */
export function parseFormat(text: string, place: Place): Format {
  const filters = text.split(/\|(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((filter) => tokenize(filter, place));
  const flags = new Set<string>();
  let main: readonly Word[] | undefined;
  for (const filter of filters) {
    const [name] = filter;
    if (name?.kind !== "name" || ![...kinds, ...modifiers].includes(name.text)) {
      throw new UserError(`unknown format \`${text.trim()}\``, {
        place,
        hint: suggest(name?.kind === "name" ? name.text : "", [...kinds, ...modifiers]),
      });
    }
    if (modifiers.includes(name.text)) flags.add(name.text);
    else if (main === undefined) main = filter;
    else throw new UserError(`two formats in \`${text.trim()}\``, { place });
  }
  const fallback = flags.has("capital") ? "text" : "number";
  const [name, ...rest] = main ?? [];
  return build(name?.kind === "name" ? name.text : fallback, rest, flags, place);
}

function build(name: string, words: readonly Word[], flags: ReadonlySet<string>, place: Place): Format {
  const refuse = (expected: string): never => {
    throw new UserError(`format \`${name}\` takes ${expected}`, { place });
  };
  const [first, second] = words;
  switch (name) {
    case "number":
    case "integer":
    case "percent":
    case "currency": {
      if (words.length > 1 || (first && (first.kind !== "number" || first.value < 0 || first.value > 10))) {
        refuse("at most one number, the digits after the decimal point");
      }
      return {
        kind: name,
        digits: name === "integer" ? 0 : first?.kind === "number" ? first.value : undefined,
        signed: flags.has("signed"),
        absolute: flags.has("absolute"),
        compact: flags.has("compact"),
      };
    }
    case "date": {
      const style = first
        ? dateStyles.find((known) => first.kind === "name" && known === first.text)
        : "long";
      return { kind: "date", style: style ?? refuse(`one of ${dateStyles.join(", ")}`) };
    }
    case "plural":
      if (first?.kind !== "string" || second?.kind !== "string" || words.length > 2) {
        return refuse('two words, e.g. `plural "customer" "customers"`');
      }
      return { kind: "plural", one: first.text, other: second.text };
    case "list":
    case "count":
    case "link":
      return words.length > 0 ? refuse("nothing more") : { kind: name };
    default:
      if (words.length > 0) refuse("nothing more");
      return { kind: name === "term" ? "term" : "text", capital: flags.has("capital") };
  }
}
