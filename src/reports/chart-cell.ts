import { z } from "zod";
import { UserError, UserErrors, type Place } from "../errors.js";
import { parseYaml, type Yaml, type YamlPath } from "../yaml.js";
import type { ChartCell, FieldUse } from "./blocks.js";
import { captionShape, parseCaption } from "./caption.js";
import { chartFaults } from "./chart-rules.js";
import { isObject, type Json, type JsonObject } from "./data.js";
import { parseTemplate, type Template } from "./expression.js";
import { locales } from "./locale.js";
import { isLocalized, localizedTemplate, localizedText } from "./localized.js";

const json = z.json();
const object = z.record(z.string(), json);

const chartSchema = z.looseObject({
  data: z.string({ error: "expected the name of a cell" }),
  ...captionShape,
  alt: localizedText,
  terms: z.array(z.string()).default([]),
  narrow: object.default({}),
});

/**
 * Checks a Vega-Lite chart whose `data` (its own, or a layer's) is the name of a cell.
 *
 * Throws `UserErrors`: a translation is missing, a key is refused, a mark is an image or a map.
 */
export function parseChart(body: string, start: Place, fence: Place): ChartCell {
  const yaml = parseYaml(body, start, chartSchema);
  const { data, title, subtitle, note, alt, terms, narrow, ...rest } = yaml.data;
  const spec: JsonObject = object.parse(rest);
  delete spec.$schema;
  const errors = [...chartFaults(spec, [], yaml), ...chartFaults(narrow, ["narrow"], yaml)];
  if (!["mark", "layer", "hconcat", "vconcat", "facet"].some((key) => key in spec)) {
    errors.push(new UserError("a chart needs a `mark` or a `layer`", { place: fence }));
  }
  if (errors.length > 0) throw new UserErrors(errors);
  return {
    kind: "chart",
    result: data,
    spec,
    narrow,
    terms,
    alt: localizedTemplate(alt, yaml, ["alt"]),
    caption: parseCaption({ title, subtitle, note }, yaml),
    fields: [
      { result: data, column: "", place: yaml.placeOf(["data"]) },
      ...terms.map((column, index) => ({ result: data, column, place: yaml.placeOf(["terms", index]) })),
      ...fieldUses(spec, data, [], yaml),
      ...fieldUses(narrow, data, ["narrow"], yaml),
    ],
    texts: [...innerTexts(spec, [], yaml), ...innerTexts(narrow, ["narrow"], yaml)],
    place: fence,
  };
}

/** Keys of Vega-Lite whose text is a column's name. */
export const columnKeys: ReadonlySet<PropertyKey> = new Set([
  "field",
  "fields",
  "groupby",
  "argmax",
  "argmin",
]);

/** Every column of a chart with the result that it is a column of. */
function fieldUses(value: Json, result: string, path: YamlPath, yaml: Yaml<unknown>): FieldUse[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => fieldUses(item, result, [...path, index], yaml));
  }
  const key = path.findLast((part) => typeof part === "string");
  if (typeof value === "string" && key && columnKeys.has(key)) {
    return [{ result, column: value, place: yaml.placeOf(path) }];
  }
  if (!isObject(value)) return [];
  const own = typeof value.data === "string" ? value.data : result;
  const named = own === result ? [] : [{ result: own, column: "", place: yaml.placeOf([...path, "data"]) }];
  const below = Object.entries(value).flatMap(([inner, item]) =>
    fieldUses(item, own, [...path, inner], yaml),
  );
  return [...named, ...below];
}

function innerTexts(value: Json, path: YamlPath, yaml: Yaml<unknown>): Template[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => innerTexts(item, [...path, index], yaml));
  if (!isObject(value)) return [];
  if (isLocalized(value))
    return locales.map((locale) => parseTemplate(value[locale], yaml.placeOf([...path, locale])));
  return Object.entries(value).flatMap(([key, item]) => innerTexts(item, [...path, key], yaml));
}
