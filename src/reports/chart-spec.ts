import type { ChartCell } from "./blocks.js";
import { columnKeys } from "./chart-cell.js";
import { chartFormatType, isNotebookFormat } from "./chart-format.js";
import { chartRows } from "./chart-rows.js";
import { columnIndex, columnKind, isObject, type Json, type JsonObject, type Results } from "./data.js";
import { isLocalized } from "./localized.js";
import type { Locale } from "./locale.js";
import { colourNames, type Theme } from "./theme.js";

export interface ChartContext {
  results: Results;
  locale: Locale;
  timeZone: string;
  /** BCP 47, e.g. `it-IT`. */
  tag: string;
  /** ISO 4217, e.g. `EUR`. */
  currency: string;
  theme: Theme;
  /** Fills the values into a text of the chart. */
  fill: (text: string) => string;
  /** Words for codes and columns. */
  term: (code: string) => string;
}

/**
 * The Vega-Lite specification of a chart in one language, with its data.
 *
 * Columns are called c0, c1, ... because Vega reads dots, brackets and quotes in names as paths; types come from the
 * result's columns where the notebook gives none; times are UTC.
 */
export function chartSpec(cell: ChartCell, width: "wide" | "narrow", context: ChartContext): JsonObject {
  const spec = width === "narrow" ? merge(cell.spec, cell.narrow) : cell.spec;
  const used = new Map<string, Set<number>>();
  const built = build(spec, {
    ...context,
    used,
    result: cell.result,
    channels: {},
    colours: colourVariables(context.theme),
  });
  const datasets = Object.fromEntries(
    [...used].map(([name, columns]) => [
      name,
      chartRows(context.results.get(name), columns, cell.terms, context),
    ]),
  );
  return { ...built, data: { name: cell.result }, datasets };
}

interface Walk extends ChartContext {
  /** Columns read, by result. */
  used: Map<string, Set<number>>;
  result: string;
  /** Channels of the marks here, those shared by layers included. */
  channels: JsonObject;
  colours: ReadonlyMap<string, string>;
}

function build(node: JsonObject, outer: Walk): JsonObject {
  const result = typeof node.data === "string" ? node.data : outer.result;
  const walk = { ...outer, result, channels: { ...outer.channels, ...asObject(node.encoding) } };
  columnsUsed(walk);
  const entries = Object.entries(node).map(([key, value]): [string, Json] => {
    if (key === "data") return [key, { name: result }];
    if (key === "encoding" && isObject(value)) return [key, buildEncoding(value, walk)];
    return [key, buildValue(key, value, walk)];
  });
  const built = { ...Object.fromEntries(entries), ...ownFormat(node.format, walk) };
  return "mark" in node && !("tooltip" in walk.channels)
    ? { ...built, encoding: { ...asObject(built.encoding), tooltip: tooltipChannels(walk) } }
    : built;
}

const asObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** Every column that a mark shows, once, with its name and in its format. */
function tooltipChannels(walk: Walk): Json[] {
  const definitions = Object.values(walk.channels).filter(isObject);
  const fields = new Map(
    definitions.map(({ field, aggregate }) => [JSON.stringify([field, aggregate]), field]),
  );
  return [...fields].flatMap(([key, field]) => {
    if (typeof field !== "string") return [];
    const same = definitions.filter((other) => JSON.stringify([other.field, other.aggregate]) === key);
    const format = same.flatMap((other) => other.format ?? uncut(asObject(other.axis).format) ?? []).at(-1);
    const { aggregate, timeUnit } = same[0] ?? {};
    const definition: JsonObject = {
      field,
      format: format ?? tooltipFormats[kindOf(field, walk)] ?? null,
      ...(aggregate === undefined ? {} : { aggregate }),
      ...(timeUnit === undefined ? {} : { timeUnit }),
    };
    if (definition.format === null) delete definition.format;
    return [buildChannel("tooltip", definition, walk)];
  });
}

/** An axis may say `1.2m` where a tooltip has room for 1,234,567. */
const uncut = (format: Json | undefined): Json | undefined =>
  typeof format === "string" ? format.replace(/\s*\|\s*compact\b/, "") : format;

const tooltipFormats: Record<string, string> = { number: "number", date: "date", timestamp: "date time" };

/** The notebook's formats, beside those of d3 that Vega-Lite knows. */
function ownFormat(format: Json | undefined, { tag, currency }: Walk): JsonObject {
  if (typeof format !== "string" || !isNotebookFormat(format)) return {};
  return { formatType: chartFormatType, format: { tag, currency, format } };
}

function buildValue(key: string, value: Json, walk: Walk): Json {
  if (Array.isArray(value)) return value.map((item) => buildValue(key, item, walk));
  if (isObject(value)) return isLocalized(value) ? walk.fill(value[walk.locale]) : build(value, walk);
  if (typeof value !== "string") return value;
  if (columnKeys.has(key)) return alias(value, walk);
  if (key === "test" || key === "expr") return aliasExpression(value, walk);
  if (["color", "fill", "stroke", "value", "range"].includes(key)) return walk.colours.get(value) ?? value;
  return value;
}

/** Channels, whose definitions get a type, a time scale and no title unless they ask for one. */
function buildEncoding(encoding: JsonObject, walk: Walk): JsonObject {
  return Object.fromEntries(
    Object.entries(encoding).map(([channel, definition]): [string, Json] => [
      channel,
      Array.isArray(definition)
        ? definition.map((item) => buildChannel(channel, item, walk))
        : buildChannel(channel, definition, walk),
    ]),
  );
}

function buildChannel(channel: string, definition: Json, walk: Walk): Json {
  if (!isObject(definition)) return definition;
  const built = build(definition, walk);
  if (isObject(definition.condition)) built.condition = buildChannel(channel, definition.condition, walk);
  if (typeof definition.field !== "string") return "aggregate" in built ? { title: null, ...built } : built;
  const isSecondary = /^(x|y|theta|radius)2$|Error2?$/.test(channel);
  const kind = kindOf(definition.field, walk);
  const counts = built.aggregate === "count" || built.aggregate === "distinct";
  const inferred = counts ? "quantitative" : (vegaTypes[kind] ?? "nominal");
  const type = typeof built.type === "string" ? built.type : inferred;
  const title = channel === "tooltip" ? walk.term(definition.field).replace(/["\\]/g, "’") : null;
  if (isSecondary) return { title, ...built };
  const time: JsonObject =
    type === "temporal"
      ? {
          scale: { type: "utc", ...(isObject(built.scale) ? built.scale : {}) },
          ...(typeof built.timeUnit === "string"
            ? { timeUnit: built.timeUnit.replace(/^(?!utc)/, "utc") }
            : {}),
        }
      : {};
  return { title, ...built, type, ...time };
}

const vegaTypes: Record<string, string> = { number: "quantitative", date: "temporal", timestamp: "temporal" };

function kindOf(field: string, { results, result, locale }: Walk): ReturnType<typeof columnKind> {
  const columns = results.get(result)?.columns ?? [];
  return columnKind(columns[columnIndex(columns, field, locale)]?.type ?? "");
}

function columnsUsed({ used, result }: Walk): Set<number> {
  const columns = used.get(result) ?? new Set<number>();
  used.set(result, columns);
  return columns;
}

function alias(field: string, walk: Walk): string {
  const index = columnIndex(walk.results.get(walk.result)?.columns ?? [], field, walk.locale);
  if (index >= 0) columnsUsed(walk).add(index);
  return `c${index}`;
}

/** Renames columns in `datum.name` and `datum["name"]`. */
function aliasExpression(expression: string, walk: Walk): string {
  return expression.replace(
    /\bdatum(?:\.([A-Za-z_]\w*)|\[(["'])(.*?)\2\])/g,
    (_match, name: string | undefined, _quote, quoted: string | undefined) =>
      `datum.${alias(name ?? quoted ?? "", walk)}`,
  );
}

function colourVariables(theme: Theme): Map<string, string> {
  return new Map(
    [...colourNames, ...theme.series.map((_, index) => `series${index + 1}`)].map((name) => [
      name,
      `var(--${name})`,
    ]),
  );
}

/** Objects merge by key; everything else is replaced. */
function merge(base: JsonObject, change: JsonObject): JsonObject {
  const merged = { ...base };
  for (const [key, value] of Object.entries(change)) {
    const before = merged[key];
    merged[key] = isObject(value) && isObject(before) && !isLocalized(value) ? merge(before, value) : value;
  }
  return merged;
}
