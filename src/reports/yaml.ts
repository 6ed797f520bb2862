import { isMap, LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { UserError, UserErrors, type Place } from "../errors.js";
import { suggestion } from "./suggestion.js";

/** A position inside YAML: keys and indexes from the root. */
export type YamlPath = readonly PropertyKey[];

/** YAML as a value, with the place of each of its parts. */
export interface Yaml {
  value: unknown;
  placeOf(path: YamlPath): Place;
}

/**
 * Parses YAML (or JSON, which is YAML) that begins at `start` of a file.
 *
 * Throws `UserErrors` when the text cannot be parsed.
 */
export function parseYaml(source: string, start: Place): Yaml {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: start.file, line: (start.line ?? 1) + line - 1, column: col };
  };
  if (document.errors.length > 0) {
    throw new UserErrors(
      document.errors.map(
        ({ message, pos }) => new UserError(`invalid YAML: ${message}`, { place: placeAt(pos[0]) }),
      ),
    );
  }
  return {
    value: document.toJS(),
    placeOf: (path) => {
      const offset = offsetOf(document, path);
      return offset === undefined ? start : placeAt(offset);
    },
  };
}

/** Parses YAML and checks it against a schema. Throws `UserErrors`. */
export function readYaml<Schema extends z.ZodType>(
  source: string,
  start: Place,
  schema: Schema,
): z.infer<Schema> {
  return checkYaml(parseYaml(source, start), schema);
}

/** The value of some YAML as its schema types it. Throws `UserErrors`, one for each violation. */
export function checkYaml<Schema extends z.ZodType>(yaml: Yaml, schema: Schema): z.infer<Schema> {
  const checked = schema.safeParse(yaml.value, { reportInput: true });
  if (checked.success) return checked.data;
  throw new UserErrors(checked.error.issues.flatMap((issue) => violations(issue, yaml, schema)));
}

function violations(issue: z.core.$ZodIssue, yaml: Yaml, schema: z.ZodType): UserError[] {
  const where = issue.path.length > 0 ? `\`${issue.path.join(".")}\`: ` : "";
  if (issue.code !== "unrecognized_keys") {
    return [new UserError(`${where}${lowerFirst(issue.message)}`, { place: yaml.placeOf(issue.path) })];
  }
  const known = issue.path.length === 0 && schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  return issue.keys.map(
    (key) =>
      new UserError(`${where}unknown key \`${key}\``, {
        place: yaml.placeOf([...issue.path, key]),
        ...(known.length > 0 ? { hint: suggestion(key, known) } : {}),
      }),
  );
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Where a key (of a map) or an item (of a list) begins; the nearest parent's place when it is absent. */
function offsetOf(document: Document, path: YamlPath): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const parent: unknown = length > 0 ? document.getIn(path.slice(0, length - 1), true) : undefined;
    if (isMap(parent)) {
      const key: unknown = parent.items.find((pair) => String(pair.key) === path[length - 1])?.key;
      const offset = startOf(key);
      if (offset !== undefined) return offset;
    }
    const offset = startOf(document.getIn(path.slice(0, length), true));
    if (offset !== undefined) return offset;
  }
  return undefined;
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range))
    return undefined;
  const [offset] = node.range as unknown[];
  return typeof offset === "number" ? offset : undefined;
}
