import type { Cell } from "../result.js";
import type { LocalizedTemplate, QueryCell } from "./blocks.js";
import type { Results } from "./data.js";
import { createFormatter } from "./format.js";
import type { Locale } from "./locale.js";
import { notebookQueries, type Notebook } from "./notebook.js";
import type { Runtime } from "./runtime.js";
import { writeTemplate, type Scope } from "./scope.js";
import type { Strings } from "./strings.js";
import type { Theme } from "./theme.js";

/** The run that a report belongs to. */
export interface RunInfo {
  id: string;
  /** ISO date. */
  as_of: string;
  /** e.g. `DuckDB 1.5.6`. */
  engine: string;
}

export interface RenderOptions {
  locale: Locale;
  strings: Strings;
  theme: Theme;
  /** ISO 4217, e.g. `EUR`. */
  currency: string;
  /** IANA name, e.g. `Europe/Rome`. */
  timeZone: string;
  run: RunInfo;
  /** Values of the notebook's parameters; its own defaults stand in for those that are absent. */
  params?: Readonly<Record<string, Cell>>;
  /** Titles of the reports that stand in the same folder, by name: `{{ name | link }}` links to these alone. */
  reports?: ReadonlyMap<string, string>;
  /** Makes charts interactive where scripts run. */
  runtime?: Runtime | undefined;
}

/** What every part of a notebook is written with, whatever the format. */
export interface RenderContext {
  scope: Scope;
  strings: Strings;
  theme: Theme;
  timeZone: string;
  currency: string;
  /** Words for codes and columns. */
  terms: Readonly<Record<string, string>>;
  run: RunInfo;
  queries: readonly QueryCell[];
  /** A text in the reader's language with its values filled in. */
  text: (template: LocalizedTemplate) => string;
}

/** What a notebook's paths mean before any of its blocks, and the words around them. */
export function openContext(
  notebook: Notebook,
  results: Results,
  { locale, strings, theme, run, currency, timeZone, params, reports }: RenderOptions,
): RenderContext {
  const terms = { ...strings.terms, ...inLocale(notebook.terms, locale) };
  const write = createFormatter({
    tag: strings.tag,
    words: strings.page,
    currency,
    timeZone,
    terms,
    reports,
  });
  const values = { params: { ...notebook.params, ...params }, run: { ...run } };
  const scope: Scope = {
    results,
    values,
    rows: new Map(),
    locale,
    write,
    linkable: new Set(reports?.keys()),
  };
  return {
    scope,
    strings,
    theme,
    timeZone,
    currency,
    terms,
    run,
    queries: notebookQueries(notebook),
    text: (template) => writeTemplate(template[locale], scope),
  };
}

function inLocale(terms: Notebook["terms"], locale: Locale): Record<string, string> {
  return Object.fromEntries(Object.entries(terms).map(([code, words]) => [code, words[locale]]));
}
