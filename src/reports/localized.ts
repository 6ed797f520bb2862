import { z } from "zod";
import type { Yaml, YamlPath } from "../yaml.js";
import type { LocalizedTemplate } from "./blocks.js";
import { parseTemplate } from "./expression.js";
import { isObject, type Json } from "./data.js";
import { isLocale, locales, type Localized } from "./locale.js";

/** One text for each language. */
export const localizedText = z.record(
  z.enum(locales),
  z.string({ error: "expected a text in every language" }),
  { error: `expected a text in every language: { ${locales.map((locale) => `${locale}: …`).join(", ")} }` },
);

/** Throws `UserError` with the place of a text whose values cannot be read. */
export function localizedTemplate(text: Localized, yaml: Yaml<unknown>, path: YamlPath): LocalizedTemplate {
  const parse = (locale: keyof Localized) => parseTemplate(text[locale], yaml.placeOf([...path, locale]));
  return { en: parse("en"), it: parse("it") };
}

export function optionalTemplate(
  text: Localized | undefined,
  yaml: Yaml<unknown>,
  path: YamlPath,
): LocalizedTemplate | undefined {
  return text && localizedTemplate(text, yaml, path);
}

/** `{ en: …, it: … }`, complete or not. */
export const isLocalized = (value: Json): value is Localized =>
  isObject(value) &&
  Object.keys(value).length > 0 &&
  Object.entries(value).every(([key, text]) => isLocale(key) && typeof text === "string");
