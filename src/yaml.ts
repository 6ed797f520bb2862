import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { UserError, UserErrors, type Place } from "./errors.js";
import { didYouMean, suggest } from "./suggest.js";

export interface YamlFile<T> {
  data: T;
  /** Where the value at `path` is written; its nearest ancestor when it is not written at all. */
  place: (path: readonly PropertyKey[]) => Place;
}

/**
 * Reads YAML text that must fit `schema`.
 *
 * @param file name for error messages
 * @throws UserErrors with file:line:column, what was expected and found, and the nearest valid name, one for every mistake
 */
export function parseYaml<S extends z.ZodType>(text: string, file: string, schema: S): YamlFile<z.output<S>> {
  const lines = new LineCounter();
  const read = <T>(make: () => T): T => {
    try {
      return make();
    } catch (error) {
      // The parser throws for text that is nested too deep, and for aliases that name nothing or unfold without end.
      const message = `YAML: ${error instanceof Error ? error.message : String(error)}`;
      throw new UserErrors([new UserError(message, { place: at(0), hint: "Mend the YAML.", cause: error })]);
    }
  };
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = read(() =>
    parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" }),
  );
  if (document.errors.length > 0) {
    throw new UserErrors(
      document.errors.map(
        (error) =>
          new UserError(`YAML: ${error.message}`, { place: at(error.pos[0]), hint: "Mend the YAML." }),
      ),
    );
  }
  const place = (path: readonly PropertyKey[], ofKey = false) => at(offsetOf(document, path, ofKey));
  const input = read((): unknown => document.toJS());
  const result = schema.safeParse(input);
  if (result.success) return { data: result.data, place };
  const names = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const mistakes = result.error.issues.flatMap((issue) => describe(issue, input, names));
  throw new UserErrors(
    withoutMisspelt(mistakes).map(
      ({ path, message, hint, isKey }) => new UserError(message, { place: place(path, isKey), hint }),
    ),
  );
}

interface Mistake {
  path: PropertyKey[];
  message: string;
  hint: string;
  /** The mistake is the name itself, not its value. */
  isKey?: boolean;
  isMissing?: boolean;
}

type JsonSchema = z.core.JSONSchema._JSONSchema;

function describe(issue: z.core.$ZodIssue, input: unknown, schema: JsonSchema): Mistake[] {
  const path = [...issue.path];
  const value = valueAt(input, path);
  const found = show(value);
  const name = path.length > 0 ? path.map(String).join(".") : "the file";
  const where = path.length > 0 ? ` in ${name}` : "";
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        isKey: true,
        message: `unknown name '${key}'${where}`,
        hint: suggest(key, namesAt(schema, path)),
      }));
    case "invalid_key": {
      const reason = issue.issues[0]?.message ?? issue.message;
      return [
        { path, isKey: true, message: `the name '${String(path.at(-1))}': ${reason}`, hint: "Rename it." },
      ];
    }
    case "invalid_union":
      return fewestMistakes(issue, input, schema);
    case "invalid_value": {
      const expected = issue.values.map(String);
      const message = `${name}: expected ${orList(expected)}, found ${found}`;
      return [{ path, message, hint: suggest(String(value), expected) }];
    }
    case "invalid_type": {
      const expected = kinds[issue.expected] ?? `a ${issue.expected}`;
      if (value === undefined) {
        const message = `'${String(path.at(-1) ?? name)}' is missing`;
        return [{ path, message, hint: `Add it: expected ${expected}.`, isMissing: true }];
      }
      return [
        {
          path,
          message: `${name}: expected ${expected}, found ${found}`,
          hint: "Write a value of that kind.",
        },
      ];
    }
    default:
      return [{ path, message: `${name}: ${issue.message}, found ${found}`, hint: "Mend the value." }];
  }
}

const kinds: Record<string, string> = {
  string: "text",
  int: "a whole number",
  object: "a mapping of names to values",
  record: "a mapping of names to values",
  array: "a list",
};

/** Of a union's alternatives the one that the person most likely meant. */
function fewestMistakes(issue: z.core.$ZodIssueInvalidUnion, input: unknown, schema: JsonSchema): Mistake[] {
  const branches = issue.errors.map((issues) =>
    issues.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }, input, schema)),
  );
  const [best] = branches.filter((mistakes) => mistakes.length > 0).sort((a, b) => a.length - b.length);
  return best ?? [{ path: [...issue.path], message: issue.message, hint: "Mend the value." }];
}

/** A missing name beside a misspelling of it is one mistake, not two. */
function withoutMisspelt(mistakes: readonly Mistake[]): Mistake[] {
  const meant = mistakes.filter(({ isKey }) => isKey).map(({ hint }) => hint);
  return mistakes.filter(
    ({ path, isMissing }) => !(isMissing && meant.includes(didYouMean(String(path.at(-1))))),
  );
}

/** The names that a mapping at `path` may hold, over all alternatives of the schema. */
function namesAt(schema: JsonSchema, path: readonly PropertyKey[]): string[] {
  let level: JsonSchema[] = alternatives(schema);
  for (const step of path) {
    level = level.flatMap((node) => {
      if (typeof node === "boolean") return [];
      const next =
        typeof step === "number"
          ? node.items
          : (node.properties?.[String(step)] ?? node.additionalProperties);
      return typeof next === "object" && !Array.isArray(next) ? alternatives(next) : [];
    });
  }
  return [
    ...new Set(
      level.flatMap((node) => (typeof node === "boolean" ? [] : Object.keys(node.properties ?? {}))),
    ),
  ];
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  if (typeof schema === "boolean") return [];
  const branches = schema.anyOf ?? schema.oneOf;
  return branches ? branches.flatMap(alternatives) : [schema];
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

function show(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function orList(values: readonly string[]): string {
  return values.length > 1 ? `${values.slice(0, -1).join(", ")} or ${values.at(-1)}` : (values[0] ?? "");
}

function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], ofKey: boolean): number {
  let node: unknown = document.contents;
  let offset = isNode(node) && node.range ? node.range[0] : 0;
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair) break;
      const isLast = depth === path.length - 1;
      const target = (isLast && ofKey) || !isNode(pair.value) ? pair.key : pair.value;
      if (isNode(target) && target.range) offset = target.range[0];
      node = pair.value;
    } else if (isSeq(node) && typeof step === "number") {
      const item: unknown = node.items[step];
      if (!isNode(item)) break;
      if (item.range) offset = item.range[0];
      node = item;
    } else {
      break;
    }
  }
  return offset;
}
