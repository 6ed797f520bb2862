import { UserError } from "../errors.js";
import type { ChartCell } from "./blocks.js";
import { chartConfig } from "./chart-config.js";
import { chartSpec } from "./chart-spec.js";
import type { RenderContext } from "./context.js";
import type { JsonObject } from "./data.js";
import { parseTemplate } from "./expression.js";
import { writeTemplate } from "./scope.js";
import { drawChart, type Drawing } from "./vega-server.js";

/** More rows than a chart can show belong into the cell's SQL, aggregated. */
const maxChartRows = 5000;

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
    const rows = scope.results.get(name)?.rows.length ?? 0;
    if (rows <= maxChartRows) continue;
    throw new UserError(`a chart of ${rows} rows, at most ${maxChartRows} can be shown`, {
      place: cell.place,
      hint: `Aggregate them in the SQL of \`${name}\``,
    });
  }
}
