import { z } from "zod";
import { didYouMean, suggest } from "./suggest.js";

/** What is wrong with the value, or with the name, at a path. */
export interface Mistake {
  path: PropertyKey[];
  message: string;
  hint: string;
  /** The mistake is the name itself, not its value. */
  isName?: boolean;
  isMissing?: boolean;
}

type JsonSchema = z.core.JSONSchema._JSONSchema;

/** Says what zod expected, where the schema does not say it itself: what `safeParse` must take as its `error`. */
export function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_value") return `expected ${orList(issue.values.map(String))}`;
  if (issue.code !== "invalid_type") return undefined;
  return `expected ${kinds[issue.expected] ?? `a ${issue.expected}`}`;
}

/** What a person did wrong whose `input` does not fit `schema`. */
export function schemaMistakes(error: z.ZodError, input: unknown, schema: z.ZodType): Mistake[] {
  const names = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return withoutMisspelt(error.issues.flatMap((issue) => describe(issue, input, names)));
}

function describe(issue: z.core.$ZodIssue, input: unknown, schema: JsonSchema): Mistake[] {
  const path = [...issue.path];
  const value = valueAt(input, path);
  const found = show(value);
  const name = path.map(String).join(".");
  const wrong = `${name === "" ? "" : `${name}: `}${issue.message}, found ${found}`;
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        isName: true,
        message: `unknown name '${key}'${within(path)}`,
        hint: suggest(key, namesAt(schema, path)),
      }));
    case "invalid_key": {
      const reason = issue.issues[0]?.message ?? issue.message;
      return [
        { path, isName: true, message: `the name '${String(path.at(-1))}': ${reason}`, hint: "Rename it." },
      ];
    }
    case "invalid_union":
      return fewestMistakes(issue, input, schema);
    case "invalid_value":
      return [{ path, message: wrong, hint: suggest(String(value), issue.values.map(String)) }];
    case "invalid_type": {
      if (value !== undefined) return [{ path, message: wrong, hint: "Write a value of that kind." }];
      const message = `'${String(path.at(-1))}' is missing${within(path.slice(0, -1))}`;
      return [{ path, message, hint: `Add it: ${issue.message}.`, isMissing: true }];
    }
    default:
      return [{ path, message: wrong, hint: "Mend the value." }];
  }
}

const within = (path: readonly PropertyKey[]): string =>
  path.length > 0 ? ` in ${path.map(String).join(".")}` : "";

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
  const meant = mistakes.filter(({ isName }) => isName).map(({ hint }) => hint);
  return mistakes.filter(
    ({ path, isMissing }) => !(isMissing && meant.includes(didYouMean(String(path.at(-1))))),
  );
}

/** The names that a mapping at `path` may hold, over all alternatives of the schema. */
function namesAt(schema: JsonSchema, path: readonly PropertyKey[]): string[] {
  let level = alternatives(schema);
  for (const step of path) {
    level = level.flatMap((node) => {
      const next =
        typeof step === "number"
          ? node.items
          : (node.properties?.[String(step)] ?? node.additionalProperties);
      return next === undefined || Array.isArray(next) ? [] : alternatives(next);
    });
  }
  const names = level.flatMap(({ properties, propertyNames }) => [
    ...Object.keys(properties ?? {}),
    ...(typeof propertyNames === "object" ? (propertyNames.enum ?? []).map(String) : []),
  ]);
  return [...new Set(names)];
}

function alternatives(schema: JsonSchema): z.core.JSONSchema.JSONSchema[] {
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
