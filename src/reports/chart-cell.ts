import { z } from "zod";
import { UserError, UserErrors, type Place } from "../errors.js";
import type { ChartCell, FieldUse, JsonObject } from "./blocks.js";
import { isNotebookFormat } from "./chart-format.js";
import type { Json } from "./data.js";
import { parseFormat } from "./format-spec.js";
import { parseTemplate, type Template } from "./expression.js";
import { isLocale, locales, type Localized } from "./locale.js";
import { localizedTemplate, localizedText, optionalTemplate } from "./localized.js";
import { checkYaml, type Yaml, type YamlPath } from "./yaml.js";

const json = z.json();
const object = z.record(z.string(), json);

const chartSchema = z.looseObject({
  data: z.string({ error: "expected the name of a cell" }),
  title: localizedText.optional(),
  subtitle: localizedText.optional(),
  note: localizedText.optional(),
  alt: localizedText,
  terms: z.array(z.string()).default([]),
  narrow: object.default({}),
});

/** Keys of Vega-Lite that a notebook's chart may not have, and why. */
const refused: Record<string, string> = {
  url: "a chart reads the result of a cell and nothing else",
  href: "charts have no links",
  transform: "compute it in the cell's SQL",
  datasets: "a chart reads the result of a cell and nothing else",
  config: "the look of charts is set in reports/theme.yaml",
  usermeta: "it has no effect here",
};

/**
 * Checks a Vega-Lite chart whose `data` (its own, or a layer's) is the name of a cell.
 *
 * Throws `UserErrors`: a translation is missing, a key is refused, a mark is an image or a map.
 */
export function parseChart(yaml: Yaml, place: Place): ChartCell {
  const { data, title, subtitle, note, alt, terms, narrow, ...rest } = checkYaml(yaml, chartSchema);
  const spec: JsonObject = object.parse(rest);
  delete spec.$schema;
  const errors = [...faults(spec, [], yaml), ...faults(narrow, ["narrow"], yaml)];
  if (!["mark", "layer", "hconcat", "vconcat", "facet"].some((key) => key in spec)) {
    errors.push(new UserError("a chart needs a `mark` or a `layer`", { place }));
  }
  if (errors.length > 0) throw new UserErrors(errors);
  return {
    kind: "chart",
    result: data,
    spec,
    narrow,
    terms,
    alt: localizedTemplate(alt, yaml, ["alt"]),
    caption: {
      title: optionalTemplate(title, yaml, ["title"]),
      subtitle: optionalTemplate(subtitle, yaml, ["subtitle"]),
      note: optionalTemplate(note, yaml, ["note"]),
    },
    fields: [
      { result: data, column: "", place: yaml.placeOf(["data"]) },
      ...terms.map((column, index) => ({ result: data, column, place: yaml.placeOf(["terms", index]) })),
      ...fieldUses(spec, data, [], yaml),
      ...fieldUses(narrow, data, ["narrow"], yaml),
    ],
    texts: [...innerTexts(spec, [], yaml), ...innerTexts(narrow, ["narrow"], yaml)],
    place,
  };
}

/** `{ en: …, it: … }`, complete or not. */
export const isLocalized = (value: Json): value is Localized =>
  isObject(value) &&
  Object.keys(value).length > 0 &&
  Object.entries(value).every(([key, text]) => isLocale(key) && typeof text === "string");

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function faults(value: Json, path: YamlPath, yaml: Yaml): UserError[] {
  const place = yaml.placeOf(path);
  const key = path.at(-1);
  if (Array.isArray(value)) return value.flatMap((item, index) => faults(item, [...path, index], yaml));
  if (typeof value === "string" && (key === "title" || key === "text") && /\p{L}/u.test(value)) {
    return [new UserError(`\`${key}\` needs a text for each language`, { place, hint: translationHint })];
  }
  if (typeof value === "string" && (key === "mark" || (key === "type" && path.at(-2) === "mark"))) {
    return /^(image|geoshape)$/.test(value)
      ? [new UserError(`the mark \`${value}\` cannot be used here`, { place })]
      : [];
  }
  if (key === "format" && typeof value === "string" && isNotebookFormat(value))
    return formatFaults(value, place);
  if (!isObject(value)) return [];
  if (isLocalized(value)) {
    const missing = locales.filter((locale) => !(locale in value));
    return missing.map((locale) => new UserError(`missing translation: \`${locale}\``, { place }));
  }
  return Object.entries(value).flatMap(([inner, item]) => {
    const at = [...path, inner];
    const reason = Object.hasOwn(refused, inner) && inner in refused ? refused[inner] : undefined;
    if (reason)
      return [new UserError(`\`${inner}\` cannot be used here: ${reason}`, { place: yaml.placeOf(at) })];
    if (inner === "data" && typeof item !== "string") {
      return [new UserError("expected the name of a cell", { place: yaml.placeOf(at) })];
    }
    return faults(item, at, yaml);
  });
}

function formatFaults(format: string, place: Place): UserError[] {
  try {
    parseFormat(format, place);
    return [];
  } catch (error) {
    if (error instanceof UserError) return [error];
    throw error;
  }
}

const translationHint = `write { ${locales.map((locale) => `${locale}: …`).join(", ")} }`;

/** Keys of Vega-Lite whose text is a column's name. */
export const columnKeys: ReadonlySet<string> = new Set(["field", "argmax", "argmin"]);

/** Every column of a chart with the result that it is a column of. */
function fieldUses(value: Json, result: string, path: YamlPath, yaml: Yaml): FieldUse[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => fieldUses(item, result, [...path, index], yaml));
  if (!isObject(value)) return [];
  const own = typeof value.data === "string" ? value.data : result;
  const named = own === result ? [] : [{ result: own, column: "", place: yaml.placeOf([...path, "data"]) }];
  return Object.entries(value).reduce<FieldUse[]>(
    (uses, [key, item]) =>
      columnKeys.has(key) && typeof item === "string"
        ? [...uses, { result: own, column: item, place: yaml.placeOf([...path, key]) }]
        : [...uses, ...fieldUses(item, own, [...path, key], yaml)],
    named,
  );
}

function innerTexts(value: Json, path: YamlPath, yaml: Yaml): Template[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => innerTexts(item, [...path, index], yaml));
  if (!isObject(value)) return [];
  if (isLocalized(value))
    return locales.map((locale) => parseTemplate(value[locale], yaml.placeOf([...path, locale])));
  return Object.entries(value).flatMap(([key, item]) => innerTexts(item, [...path, key], yaml));
}
