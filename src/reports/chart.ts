import type { ChartCell } from "./blocks.js";
import { chartConfig } from "./chart-config.js";
import { chartSpec } from "./chart-spec.js";
import type { RenderContext } from "./context.js";
import { countRows, type JsonObject } from "./data.js";
import { parseTemplate } from "./expression.js";
import { maxCellRows, tooManyRows } from "./queries.js";
import { writeTemplate } from "./scope.js";
import { drawChart, type Drawing } from "./vega-server.js";

/** How a chart lies on a wide screen and on a telephone. */
export type ChartLayout = "wide" | "narrow";

/**
 * Draws a chart cell, `pixels` wide.
 *
 * @throws UserError with the cell's place when its rows are too many to show
 */
export function drawCell(
  cell: ChartCell,
  layout: ChartLayout,
  context: RenderContext,
  pixels = context.theme.widths[layout],
): Promise<Drawing> {
  checkRows(cell, context);
  const config = chartConfig(context.theme, layout, context.strings.tag);
  return drawChart(cellSpec(cell, layout, context), config, pixels);
}

/** A chart cell in Vega-Lite, with its data and in the reader's language. */
export function cellSpec(cell: ChartCell, layout: ChartLayout, context: RenderContext): JsonObject {
  const { scope, strings, theme, timeZone, currency, terms } = context;
  return chartSpec(cell, layout, {
    results: scope.results,
    locale: scope.locale,
    timeZone,
    tag: strings.tag,
    currency,
    theme,
    fill: (source) => writeTemplate(parseTemplate(source, cell.place), scope),
    term: (code) => (Object.hasOwn(terms, code) ? (terms[code] ?? code) : code),
  });
}

function checkRows(cell: ChartCell, { scope }: RenderContext): void {
  for (const name of new Set(cell.fields.map(({ result }) => result))) {
    const result = scope.results.get(name);
    const rows = result ? countRows(result) : 0;
    if (rows > maxCellRows) throw tooManyRows("a chart of", name, rows, cell.place);
  }
}
