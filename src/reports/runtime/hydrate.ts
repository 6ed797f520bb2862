import { expressionFunction, parse, textMetrics, View, type Spec } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { chartFormatType, formatInChart } from "../chart-format.js";
import { labelLines, labelLinesName } from "../label-lines.js";
import { itemWidth } from "../text-width.js";
import { tooltip } from "./tooltip.js";
import { unpack } from "./unpack.js";

/** Specifications of the page's charts (JSON) by the id of the element that holds the drawing. */
type Specs = Record<string, string>;

/** Makes each drawing live when it comes near the screen. */
async function hydrate(): Promise<void> {
  const specs = JSON.parse(await unpack("charts")) as Specs;
  textMetrics.width = itemWidth;
  expressionFunction(chartFormatType, formatInChart);
  expressionFunction(labelLinesName, labelLines);
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        const spec = specs[target.id];
        if (!isIntersecting || !spec) continue;
        observer.unobserve(target);
        void enliven(target, JSON.parse(spec) as Spec);
      }
    },
    { rootMargin: "50%" },
  );
  for (const id of Object.keys(specs)) {
    const holder = document.getElementById(id);
    if (holder) observer.observe(holder);
  }
}

/** Draws beside the document and replaces the drawing that came with the page only once that has succeeded. */
async function enliven(holder: Element, spec: Spec): Promise<void> {
  const still = holder.querySelector("svg");
  if (!still) return;
  const stage = document.createElement("div");
  const view = new View(parse(spec, undefined, { ast: true }), {
    renderer: "svg",
    expr: expressionInterpreter,
    loader: sealedLoader,
    tooltip,
    logLevel: 0,
  });
  view.initialize(stage);
  await view.runAsync();
  const live = stage.querySelector("svg");
  if (!live) return;
  // Vega describes every mark; the page describes the chart once and has its data as a table.
  for (const mark of live.querySelectorAll("[role], [aria-roledescription]")) {
    for (const name of ["role", "aria-roledescription", "aria-label"]) mark.removeAttribute(name);
  }
  for (const name of ["role", "aria-label", "viewBox"])
    live.setAttribute(name, still.getAttribute(name) ?? "");
  live.removeAttribute("width");
  live.removeAttribute("height");
  view.addEventListener("pointerdown", (event, item) =>
    tooltip(undefined, event, item, item && "tooltip" in item ? item.tooltip : undefined),
  );
  holder.replaceChildren(stage);
}

const refuse = (): Promise<never> => Promise.reject(new Error("charts load nothing"));

const sealedLoader = {
  load: refuse,
  http: refuse,
  file: refuse,
  sanitize: () => Promise.resolve({ href: "" }),
};

void hydrate();
