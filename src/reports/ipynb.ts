import { cellText } from "../result.js";
import type { ChartCell, QueryCell } from "./blocks.js";
import { chartConfig } from "./chart-config.js";
import { cellSpec } from "./chart.js";
import { openContext, type RenderContext, type RenderOptions } from "./context.js";
import { withD3Formats } from "./d3-format.js";
import { countRows, isObject, type CellResult, type Json, type JsonObject, type Results } from "./data.js";
import { expandJoined, type Part } from "./expand.js";
import { clean, html } from "./html.js";
import { partMarkdown, quoteMarkdown } from "./markdown.js";
import type { Notebook } from "./notebook.js";
import { drawPicture, inColours } from "./picture.js";
import { pythonLiteral, pythonText } from "./python.js";

export interface JupyterOptions extends RenderOptions {
  /** Path of the DuckDB database that its cells open, as seen from where Jupyter runs. */
  warehouse: string;
  /** Names of the parameters that a cell's own SQL binds. */
  parametersOf: (cell: QueryCell) => Iterable<string>;
}

/** Rows of a result that the file carries. */
const maxRows = 50;

/**
 * Renders a notebook as a Jupyter notebook (nbformat 4.5) with its results in it.
 *
 * Its SQL runs again in Python over the published tables; each result is a data frame with the cell's name. A chart carries
 * Vega-Lite, SVG, PNG and its alternative text, of which a program shows the first that it can.
 *
 * @throws UserError with the place of a path that names nothing
 */
export async function renderJupyter(
  notebook: Notebook,
  results: Results,
  options: JupyterOptions,
): Promise<string> {
  const context = openContext(notebook, results, options);
  const cells: JupyterCell[] = [markdown(`# ${quoteMarkdown(context.text(notebook.title))}`)];
  cells.push(code(setup(notebook, options), []));
  for (const query of context.queries) cells.push(queryCell(query, context, options));
  for (const part of expandJoined(notebook.blocks, context.scope)) cells.push(await partCell(part, context));
  const numbered = cells.map((cell, index) => ({ id: `cell-${index + 1}`, ...cell }));
  return `${JSON.stringify({ cells: numbered, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

const metadata = {
  kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
  language_info: { name: "python" },
};

type MimeBundle = Record<string, Json>;

type JupyterCell =
  | { cell_type: "markdown"; metadata: object; source: string }
  | { cell_type: "code"; metadata: object; source: string; execution_count: null; outputs: object[] };

const markdown = (source: string): JupyterCell => ({ cell_type: "markdown", metadata: {}, source });

function code(source: string, outputs: readonly MimeBundle[]): JupyterCell {
  return {
    cell_type: "code",
    metadata: {},
    source,
    execution_count: null,
    outputs: outputs.map((data) => ({ output_type: "display_data", data, metadata: {} })),
  };
}

/** What the cells that follow are run with. */
function setup(notebook: Notebook, { warehouse, params }: JupyterOptions): string {
  const values: JsonObject = {};
  for (const [name, value] of Object.entries({ ...notebook.params, ...params })) {
    if (value === null || typeof value !== "object") values[name] = value;
  }
  return `# pip install duckdb pandas
import json

import duckdb
from IPython.display import display

warehouse = duckdb.connect(${JSON.stringify(warehouse)}, read_only=True)
parameters = ${pythonLiteral(values)}


def sql(name, query, *used):
    """Run a query; later ones read its result as the table \`name\`."""
    bound = {key: parameters[key] for key in used} or None
    frame = warehouse.execute(query, bound).df()
    warehouse.register(name, frame)
    return frame


def rows(frame, **columns):
    """Records of some columns under other names, as Vega-Lite reads them."""
    picked = frame[list(columns.values())].set_axis(list(columns), axis=1)
    return json.loads(picked.to_json(orient="records", date_format="iso"))


def chart(spec):
    display({"application/vnd.vegalite.v5+json": spec}, raw=True)`;
}

function queryCell(
  query: QueryCell,
  { scope }: RenderContext,
  { parametersOf }: JupyterOptions,
): JupyterCell {
  const used = [...parametersOf(query)].map((name) => `, ${JSON.stringify(name)}`).join("");
  const source = `${query.name} = sql(${JSON.stringify(query.name)}, ${pythonText(`\n${query.sql.trim()}\n`)}${used})\n${query.name}`;
  const result = scope.results.get(query.name);
  return code(source, result ? [frame(result)] : []);
}

/** The first rows of a result as a table. */
function frame(result: CellResult): MimeBundle {
  const { columns, rows } = result;
  const names = columns.map(({ name }) => clean(name));
  const shown = rows.slice(0, maxRows).map((row) => row.map((cell) => clean(cellText(cell))));
  const size = `${countRows(result)} rows × ${columns.length} columns`;
  const table = html`<table>
      <thead>
        <tr>
          ${names.map((name) => html`<th>${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
    <p>${size}</p>`;
  const lines = [names, ...shown].map((row) => row.map((cell) => cell.replace(/\s+/g, " ")).join("\t"));
  return { "text/html": table.markup, "text/plain": [...lines, size].join("\n") };
}

async function partCell(part: Part, context: RenderContext): Promise<JupyterCell> {
  return part.kind === "chart" ? chartCell(part, context) : markdown(partMarkdown(part, context));
}

async function chartCell(cell: ChartCell, context: RenderContext): Promise<JupyterCell> {
  const spec = jupyterSpec(cell, context);
  const picture = await drawPicture(cell, "wide", context.theme.widths.wide, context);
  const output: MimeBundle = {
    "application/vnd.vegalite.v5+json": spec,
    ...(picture ? { "image/svg+xml": picture.svg, "image/png": picture.png.toString("base64") } : {}),
    "text/plain": context.text(cell.alt),
  };
  return code(`chart(${chartSource(spec, context)})`, [output]);
}

/** The chart for Vega-Lite 5, which is what Jupyter's extension takes. */
function jupyterSpec(cell: ChartCell, context: RenderContext): JsonObject {
  const { text, theme, strings } = context;
  const { title, subtitle } = cell.caption;
  const heading: JsonObject = {
    ...(title ? { text: text(title) } : {}),
    ...(subtitle ? { subtitle: text(subtitle) } : {}),
    anchor: "start",
  };
  const config = chartConfig(theme, "wide", strings.tag);
  delete config.customFormatTypes;
  delete config.axisYBand;
  const isComposed = cell.spec.facet !== undefined || cell.spec.hconcat !== undefined;
  const spec: JsonObject = {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    ...(title ? { title: heading } : {}),
    description: text(cell.alt),
    ...(isComposed ? {} : { width: theme.widths.wide }),
    ...withD3Formats(cellSpec(cell, "wide", context)),
    config,
  };
  const concrete: unknown = JSON.parse(inColours(JSON.stringify(spec), theme));
  return isJsonObject(concrete) ? concrete : spec;
}

const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The chart in Python, its rows taken from the data frames. */
function chartSource({ datasets, ...spec }: JsonObject, { scope }: RenderContext): string {
  const names = isObject(datasets) ? Object.entries(datasets) : [];
  const frames = names.map(([name, data]) => {
    const first = Array.isArray(data) && isObject(data[0]) ? data[0] : {};
    const columns = Object.keys(first).map((alias) => {
      const column = scope.results.get(name)?.columns[Number(alias.slice(1))]?.name ?? "";
      return `${alias}=${JSON.stringify(column)}`;
    });
    return `${JSON.stringify(name)}: rows(${[name, ...columns].join(", ")})`;
  });
  const written = pythonLiteral(spec).replace(/^\{\n?/, "");
  return `{\n    "datasets": {${frames.join(", ")}},\n${written}`;
}
