import { formatPlace, UserError } from "../errors.js";
import type { ChartCell, FigureCell } from "./blocks.js";
import { drawCell } from "./chart.js";
import type { RenderContext } from "./context.js";
import { html, type Html } from "./html.js";
import { metricTiles } from "./metrics.js";
import { sourceDetails } from "./sources.js";
import { pageSvg } from "./svg.js";
import { dataTable, figureTable } from "./table.js";

/** What the figures of a page are made with, and what they leave to the page. */
export interface FigureContext extends RenderContext {
  /** Added to by each chart: its specifications by the id of the element that holds the drawing. */
  specs: Record<string, string>;
  /** Added to when a chart cannot be drawn. */
  warnings: string[];
}

/** A chart, table or row of numbers with its caption, its data and the SQL behind it. */
export async function figure(cell: FigureCell, position: number, context: FigureContext): Promise<Html> {
  const { text, strings } = context;
  const { title, subtitle, note } = cell.caption;
  const id = `figure-${position}`;
  const isEmpty = cell.kind !== "metrics" && context.scope.results.get(cell.result)?.rows.length === 0;
  const content = isEmpty
    ? html`<p class="empty">${strings.page.no_rows}</p>`
    : await body(cell, id, context);
  const used = new Set([cell.result, ...cell.fields.map(({ result }) => result)]);
  return html`<figure class="${cell.kind}" ${title && html` aria-labelledby="${id}"`}>
    ${(title ?? subtitle) && html`<figcaption>${title && html`<h3 id="${id}">${text(title)}</h3>`}${subtitle && html`<p>${text(subtitle)}</p>`}</figcaption>`}
    ${content} ${note && html`<p class="source">${text(note)}</p>`}
    <div class="behind">
      ${cell.kind === "chart" && dataTable(cell.result, context)}
      ${context.queries.filter(({ name }) => used.has(name)).map((query) => sourceDetails(query, context))}
    </div>
  </figure> `;
}

function body(cell: FigureCell, id: string, context: FigureContext): Html | Promise<Html> {
  if (cell.kind === "table") return figureTable(cell, context);
  return cell.kind === "metrics" ? metricTiles(cell, context) : chart(cell, id, context);
}

async function chart(cell: ChartCell, id: string, context: FigureContext): Promise<Html> {
  const { strings, text } = context;
  try {
    const drawings = {
      wide: await drawCell(cell, "wide", context),
      narrow: await drawCell(cell, "narrow", context),
    };
    const [wide, narrow] = (["wide", "narrow"] as const).map((width) =>
      pageSvg(drawings[width].svg, `${id}-${width}`, text(cell.alt)),
    );
    if (wide && narrow) {
      context.specs[`${id}-wide`] = drawings.wide.vega;
      context.specs[`${id}-narrow`] = drawings.narrow.vega;
      return html`<div class="wide" id="${id}-wide">${wide}</div>
        <div class="narrow" id="${id}-narrow">${narrow}</div>`;
    }
    context.warnings.push(`${formatPlace(cell.place)}: the chart has no size`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    context.warnings.push(
      `${formatPlace(cell.place)}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return html`<p class="empty">${strings.page.chart_failed}</p>`;
}
