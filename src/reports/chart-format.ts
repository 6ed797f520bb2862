import { createFormatter, type Formatter } from "./format.js";
import { parseFormat } from "./format-spec.js";

/** The name under which Vega knows {@link formatInChart}. */
export const chartFormatType = "notebookFormat";

/** Whether an axis or label asks for a notebook's format (`currency 0`) and not for one of d3 (`$,.0f`). */
export const isNotebookFormat = (format: string): boolean => /^[a-z]{3,}/.test(format);

const formatters = new Map<string, Formatter>();

/** Writes a number, a time in UTC or a text of a chart. `format` is what `chartSpec` put beside the format's type. */
export function formatInChart(value: unknown, format: unknown): string {
  if (!isChartFormat(format)) throw new TypeError("expected a language, a currency and a format");
  const { tag, currency } = format;
  const key = `${tag} ${currency}`;
  const write =
    formatters.get(key) ?? createFormatter({ tag, currency, timeZone: "UTC", words: noWords, terms: {} });
  formatters.set(key, write);
  const parsed = parseFormat(format.format, { file: "" });
  if (value instanceof Date || (parsed.kind === "date" && typeof value === "number")) {
    return write(new Date(value).toISOString(), parsed);
  }
  return typeof value === "number" || typeof value === "string" ? write(value, parsed) : "";
}

const noWords = { missing: "", yes: "", no: "" };

function isChartFormat(value: unknown): value is { tag: string; currency: string; format: string } {
  return (
    typeof value === "object" && value !== null && "tag" in value && "currency" in value && "format" in value
  );
}
