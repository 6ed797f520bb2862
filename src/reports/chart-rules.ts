import { UserError, type Place } from "../errors.js";
import type { Yaml, YamlPath } from "../yaml.js";
import { isNotebookFormat } from "./chart-format.js";
import { isObject, type Json, type JsonObject } from "./data.js";
import { parseFormat } from "./format-spec.js";
import { locales } from "./locale.js";
import { isLocalized } from "./localized.js";

/** Keys of Vega-Lite that a notebook's chart may not have, and why. */
const refused: Record<string, string> = {
  url: "a chart reads the result of a cell and nothing else",
  href: "charts have no links",
  transform: "compute it in the cell's SQL",
  datasets: "a chart reads the result of a cell and nothing else",
  config: "the look of charts is set in reports/theme.yaml",
  input: "pages have no forms",
  usermeta: "it has no effect here",
};

/** What is wrong with a part of a chart: a missing translation, a refused key or mark, a colour taken from data. */
export function chartFaults(value: Json, path: YamlPath, yaml: Yaml<unknown>): UserError[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => chartFaults(item, [...path, index], yaml));
  if (typeof value === "string") return textFaults(value, path, yaml.placeOf(path));
  if (!isObject(value)) return [];
  if (!isLocalized(value)) return objectFaults(value, path, yaml);
  const missing = locales.filter((locale) => !(locale in value));
  return missing.map(
    (locale) => new UserError(`missing translation: \`${locale}\``, { place: yaml.placeOf(path) }),
  );
}

function textFaults(text: string, path: YamlPath, place: Place): UserError[] {
  const key = path.at(-1);
  if ((key === "title" || key === "text") && /\p{L}/u.test(text)) {
    const hint = `Write { ${locales.map((locale) => `${locale}: …`).join(", ")} }`;
    return [new UserError(`\`${key}\` needs a text for each language`, { place, hint })];
  }
  const isMark = key === "mark" || (key === "type" && path.at(-2) === "mark");
  if (isMark && /^(image|geoshape)$/.test(text)) {
    return [new UserError(`the mark \`${text}\` cannot be used here`, { place })];
  }
  if (/\burl\s*\(/i.test(text))
    return [new UserError("`url(…)` cannot be used here: charts load nothing", { place })];
  return key === "format" && isNotebookFormat(text) ? formatFaults(text, place) : [];
}

function objectFaults(object: JsonObject, path: YamlPath, yaml: Yaml<unknown>): UserError[] {
  return Object.entries(object).flatMap(([key, item]) => {
    const at = [...path, key];
    const fail = (message: string) => [new UserError(message, { place: yaml.placeOfName(at) })];
    const reason = Object.hasOwn(refused, key) ? refused[key] : undefined;
    if (reason) return fail(`\`${key}\` cannot be used here: ${reason}`);
    if (key === "data" && typeof item !== "string") return fail("expected the name of a cell");
    if (isColour(path) && takesDataAsColour(key, item)) {
      return fail(
        `\`${key}\` cannot be used here: colours are those of the theme or of the chart, never of the data`,
      );
    }
    return chartFaults(item, at, yaml);
  });
}

const isColour = (path: YamlPath): boolean =>
  path.some((key) => typeof key === "string" && /color|^fill$|^stroke$|^cursor$/i.test(key));

/** A browser may load what a colour names, so text from data must not become one. */
const takesDataAsColour = (key: string, item: Json): boolean =>
  key === "expr" ||
  key === "signal" ||
  (key === "scale" && item === null) ||
  (key === "range" && isObject(item));

function formatFaults(format: string, place: Place): UserError[] {
  try {
    parseFormat(format, place);
    return [];
  } catch (error) {
    if (error instanceof UserError) return [error];
    throw error;
  }
}
