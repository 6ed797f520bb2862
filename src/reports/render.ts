import type Token from "markdown-it/lib/token.mjs";
import type { Cell } from "../result.js";
import type { Block, FigureCell, LocalizedTemplate } from "./blocks.js";
import type { Results } from "./data.js";
import { figure, type FigureContext } from "./figure.js";
import { createFormatter } from "./format.js";
import { html, type Html } from "./html.js";
import type { Locale } from "./locale.js";
import type { Strings } from "./strings.js";
import { notebookQueries, type Notebook } from "./notebook.js";
import { page } from "./page.js";
import type { Runtime } from "./runtime.js";
import { fillProse, renderProse } from "./prose.js";
import { holds, isComplete, writeExpression, writeTemplate, type Scope } from "./scope.js";
import { sources } from "./sources.js";
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
  /** Makes charts interactive where scripts run. */
  runtime?: Runtime | undefined;
}

export interface Rendered {
  title: string;
  /** One self-contained page. */
  html: string;
  /** The notebook's findings whose values are there, as plain text. */
  findings: string[];
  /** Charts that could not be drawn: their tables stand in for them. */
  warnings: string[];
}

/**
 * Renders a notebook over the results of its cells in one language.
 *
 * Throws `UserError` with the place of a path that names nothing; `validateNotebook` finds these before.
 */
export async function renderNotebook(
  notebook: Notebook,
  results: Results,
  options: RenderOptions,
): Promise<Rendered> {
  const { strings, theme, run, currency, timeZone } = options;
  const { scope, terms } = openScope(notebook, results, options);
  const { locale, write } = scope;
  const text = (template: LocalizedTemplate) => writeTemplate(template[locale], scope);

  const queries = notebookQueries(notebook);
  const warnings: string[] = [];
  const context: FigureContext = {
    scope,
    strings,
    theme,
    timeZone,
    currency,
    terms,
    run,
    queries,
    text,
    specs: {},
    warnings,
  };
  const shown = new Set<string>();
  const parts: Html[] = [];
  let prose: Token[] = [];
  let hasHeadline = false;
  for (const part of expand(notebook.blocks, scope)) {
    if (Array.isArray(part)) {
      hasHeadline ||= part.some(({ type, tag }) => type === "heading_open" && tag === "h1");
      prose.push(...part);
      continue;
    }
    parts.push(renderProse(prose));
    prose = [];
    if ("html" in part) parts.push(part.html);
    else {
      for (const { result } of part.fields) shown.add(result);
      shown.add(part.result);
      parts.push(await figure(part, parts.length, context));
    }
  }
  parts.push(renderProse(prose));

  const title = text(notebook.title);
  const quoted = queries.filter(({ name }) => !shown.has(name));
  const body = html`${parts}${quoted.length > 0 && sources(quoted, context)}`;
  const description = notebook.description && text(notebook.description);
  const findings = notebook.findings.filter((finding) => isComplete(finding[locale], scope)).map(text);
  return {
    title,
    html: page({ title, description, body, hasHeadline, options, write, specs: context.specs }).markup,
    findings,
    warnings,
  };
}

/** What a notebook's paths mean before any of its blocks, and its words for codes. */
export function openScope(
  notebook: Notebook,
  results: Results,
  { locale, strings, run, currency, timeZone, params }: RenderOptions,
): { scope: Scope; terms: Record<string, string> } {
  const terms = { ...strings.terms, ...inLocale(notebook.terms, locale) };
  const write = createFormatter({ tag: strings.tag, words: strings.page, currency, timeZone, terms });
  const values = { params: { ...notebook.params, ...params }, run: { ...run } };
  return { scope: { results, values, rows: new Map(), locale, write }, terms };
}

type Part = Token[] | FigureCell | { html: Html };

/** The blocks that this language and these results show: prose with its values filled in, and figures. */
export function* expand(blocks: readonly Block[], scope: Scope): Generator<Part> {
  for (const block of blocks) {
    switch (block.kind) {
      case "sql":
        break;
      case "prose":
        yield fillProse(block.tokens, (expression) => writeExpression(expression, scope));
        break;
      case "if":
        yield* expand(holds(block.condition, scope) ? block.body : block.otherwise, scope);
        break;
      case "each": {
        const count = scope.results.get(block.result)?.rows.length ?? 0;
        for (let row = 0; row < count; row++) {
          yield* expand(block.body, { ...scope, rows: new Map(scope.rows).set(block.result, row) });
        }
        break;
      }
      case "locale":
        if (block.locale === scope.locale) yield* expand(block.body, scope);
        break;
      case "note":
        yield { html: note(block.body, scope) };
        break;
      default:
        yield block;
    }
  }
}

/** A note holds prose alone; `parseNotebook` sees to that. */
function note(body: readonly Block[], scope: Scope): Html {
  const tokens = [...expand(body, scope)].flatMap((part) => (Array.isArray(part) ? part : []));
  return tokens.length > 0 ? html`<aside class="note">${renderProse(tokens)}</aside>` : html``;
}

function inLocale(terms: Notebook["terms"], locale: Locale): Record<string, string> {
  return Object.fromEntries(Object.entries(terms).map(([code, words]) => [code, words[locale]]));
}
