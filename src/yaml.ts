import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Document } from "yaml";
import type { z } from "zod";
import { UserError, UserErrors, type Place } from "./errors.js";
import { expectation, schemaMistakes } from "./schema-mistakes.js";

/** A position inside YAML: names and indexes from the root. */
export type YamlPath = readonly PropertyKey[];

/** YAML that fits a schema, with the place of each of its parts. */
export interface Yaml<T> {
  data: T;
  /** Where the value at `path` is written; its nearest ancestor when it is not written at all. */
  placeOf: (path: YamlPath) => Place;
  /** Where the name that `path` ends in is written. */
  placeOfName: (path: YamlPath) => Place;
}

/**
 * Reads YAML (or JSON, which is YAML) that must fit `schema`.
 *
 * @param start the file, for error messages, and the line of it that `text` begins at, the first unless given
 * @throws UserErrors with file:line:column, what was expected and found, and the nearest valid name, one for every mistake
 */
export function parseYaml<S extends z.ZodType>(text: string, start: Place, schema: S): Yaml<z.output<S>> {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: start.file, line: (start.line ?? 1) + Math.max(1, line) - 1, column: Math.max(1, col) };
  };
  const broken = (message: string, offset: number, cause?: unknown) =>
    new UserError(`YAML: ${message}`, { place: placeAt(offset), hint: "Mend the YAML.", cause });
  const read = <T>(make: () => T): T => {
    try {
      return make();
    } catch (error) {
      // The parser throws for text that is nested too deep, and for aliases that unfold into too much.
      throw new UserErrors([broken(error instanceof Error ? error.message : String(error), 0, error)]);
    }
  };
  const document = read(() =>
    parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" }),
  );
  if (document.errors.length > 0) {
    throw new UserErrors(document.errors.map(({ message, pos }) => broken(message, pos[0])));
  }
  const wrong = read(() => brokenAliases(document));
  if (wrong.length > 0) {
    throw new UserErrors(wrong.map(({ message, offset }) => broken(message, offset)));
  }
  const placeOf = (path: YamlPath) => placeAt(offsetOf(document, path, false));
  const placeOfName = (path: YamlPath) => placeAt(offsetOf(document, path, true));
  const input = read((): unknown => document.toJS());
  const result = schema.safeParse(input, { error: expectation });
  if (result.success) return { data: result.data, placeOf, placeOfName };
  throw new UserErrors(
    schemaMistakes(result.error, input, schema).map(
      ({ path, message, hint, isName }) =>
        new UserError(message, { place: isName ? placeOfName(path) : placeOf(path), hint }),
    ),
  );
}

/** Aliases of nothing, and those inside of what they name, which would have no end. */
function brokenAliases(document: Document.Parsed): { message: string; offset: number }[] {
  const broken: { message: string; offset: number }[] = [];
  visit(document, {
    Alias(_key, alias, ancestors) {
      const target = alias.resolve(document);
      if (target && !ancestors.includes(target)) return;
      const reason = target ? "stands inside of what it names" : "names nothing";
      broken.push({ message: `the alias *${alias.source} ${reason}`, offset: alias.range?.[0] ?? 0 });
    },
  });
  return broken;
}

function offsetOf(document: Document.Parsed, path: YamlPath, ofName: boolean): number {
  let node: unknown = document.contents;
  let offset = isNode(node) && node.range ? node.range[0] : 0;
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair) break;
      const isLast = depth === path.length - 1;
      const target = (isLast && ofName) || !isNode(pair.value) ? pair.key : pair.value;
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
