import { chartFormatType } from "./chart-format.js";
import { isObject, type Json, type JsonObject } from "./data.js";
import { parseFormat, type Format } from "./format-spec.js";

/** A chart with the notebook's own formats said as those of d3, for programs that know no others. */
export function withD3Formats(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => entry(key, item, value)));
}

function entry(key: string, item: Json, { formatType }: JsonObject): [string, Json][] {
  if (formatType === chartFormatType) {
    if (key === "formatType") return [];
    if (key === "format") {
      const source = isObject(item) && typeof item.format === "string" ? item.format : "";
      const format = d3Format(parseFormat(source, { file: "" }));
      return format === undefined ? [] : [[key, format]];
    }
  }
  return [[key, converted(item)]];
}

function converted(value: Json): Json {
  if (Array.isArray(value)) return value.map(converted);
  return isObject(value) ? withD3Formats(value) : value;
}

const dates: Record<Extract<Format, { kind: "date" }>["style"], string> = {
  long: "%e %B %Y",
  short: "%e %b %Y",
  month: "%B %Y",
  day: "%e %B",
  year: "%Y",
  time: "%e %b %Y, %H:%M",
};

function d3Format(format: Format): string | undefined {
  if (format.kind === "date") return dates[format.style];
  if (!("digits" in format)) return undefined;
  const sign = format.signed ? "+" : "";
  const symbol = format.kind === "currency" ? "$" : "";
  if (format.compact) return `${sign}${symbol}.2~s`;
  const type = format.kind === "percent" ? "%" : "f";
  return format.digits === undefined
    ? `${sign}${symbol},~${type}`
    : `${sign}${symbol},.${format.digits}${type}`;
}
