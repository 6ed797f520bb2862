import type { Loader } from "vega";
import type { TopLevelSpec } from "vega-lite";
import type { JsonObject } from "./data.js";
import { chartFormatType, formatInChart } from "./chart-format.js";
import { labelLines, labelLinesName } from "./label-lines.js";
import { itemWidth } from "./text-width.js";

/** Compiles Vega-Lite to Vega and draws it. */
export interface Drawing {
  svg: string;
  /** The compiled specification with its data, as JSON. */
  vega: string;
}

/** Draws a chart as SVG text without a browser, reading nothing from anywhere. */
export async function drawChart(spec: JsonObject, config: JsonObject, width: number): Promise<Drawing> {
  const { vega, vegaLite, expressionInterpreter } = await load();
  const isComposed = ["facet", "hconcat", "vconcat", "concat", "repeat"].some((key) => key in spec);
  const sized = isComposed ? spec : { autosize: { type: "fit-x", contains: "padding" }, width, ...spec };
  const compiled = vegaLite.compile(asTopLevel(sized), { config, logger: quiet }).spec;
  const view = new vega.View(vega.parse(compiled, undefined, { ast: true }), {
    renderer: "none",
    expr: expressionInterpreter,
    loader: sealedLoader,
    logger: quiet,
  });
  try {
    return { svg: await view.toSVG(), vega: JSON.stringify(compiled) };
  } finally {
    view.finalize();
  }
}

async function importVega() {
  const [vega, vegaLite, { expressionInterpreter }] = await Promise.all([
    import("vega"),
    import("vega-lite"),
    import("vega-interpreter"),
  ]);
  vega.textMetrics.width = itemWidth;
  vega.expressionFunction(chartFormatType, formatInChart);
  vega.expressionFunction(labelLinesName, labelLines);
  return { vega, vegaLite, expressionInterpreter };
}

let loaded: ReturnType<typeof importVega> | undefined;

const load = (): ReturnType<typeof importVega> => (loaded ??= importVega());

const refuse = (): Promise<never> => Promise.reject(new Error("charts load nothing"));

/** Vega's own loader would read files and addresses that a specification or data name. */
const sealedLoader: Loader = {
  load: refuse,
  http: refuse,
  file: refuse,
  sanitize: () => Promise.resolve({ href: "" }),
};

const quiet = {
  level: () => quiet,
  error: () => quiet,
  warn: () => quiet,
  info: () => quiet,
  debug: () => quiet,
};

/** Vega-Lite checks specifications itself and throws on what it cannot compile. */
function asTopLevel(spec: JsonObject): TopLevelSpec {
  return spec as unknown as TopLevelSpec;
}
