import { openContext, type RenderOptions } from "./context.js";
import type { Results } from "./data.js";
import { expandJoined } from "./expand.js";
import { figure, type FigureContext } from "./figure.js";
import { html, type Html } from "./html.js";
import type { Notebook } from "./notebook.js";
import { page } from "./page.js";
import { renderProse } from "./prose.js";
import { isComplete } from "./scope.js";
import { sources } from "./sources.js";

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
  const context: FigureContext = { ...openContext(notebook, results, options), specs: {}, warnings: [] };
  const { scope, text, queries, specs, warnings } = context;
  const shown = new Set<string>();
  const parts: Html[] = [];
  let figures = 0;
  let hasHeadline = false;
  for (const part of expandJoined(notebook.blocks, scope)) {
    if (part.kind === "prose") {
      hasHeadline ||= part.tokens.some(({ type, tag }) => type === "heading_open" && tag === "h1");
      parts.push(renderProse(part.tokens));
    } else if (part.kind === "note") {
      parts.push(html`<aside class="note">${renderProse(part.tokens)}</aside>`);
    } else {
      for (const { result } of part.fields) shown.add(result);
      shown.add(part.result);
      parts.push(await figure(part, ++figures, context));
    }
  }

  const title = text(notebook.title);
  const quoted = queries.filter(({ name }) => !shown.has(name));
  const body = html`${parts}${quoted.length > 0 && sources(quoted, context)}`;
  const description = notebook.description && text(notebook.description);
  const findings = notebook.findings
    .filter((finding) => isComplete(finding[options.locale], scope))
    .map(text);
  const content = { title, description, body, hasHeadline, options, write: scope.write, specs };
  return { title, html: page(content).markup, findings, warnings };
}
