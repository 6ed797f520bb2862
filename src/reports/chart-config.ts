import type { Json, JsonObject } from "./data.js";
import { labelLinesName } from "./label-lines.js";
import type { Theme } from "./theme.js";

/**
 * The theme as a Vega-Lite configuration: no frame, no ticks where a grid is, units above the axis, one accent.
 *
 * Colours are CSS variables so that one SVG serves light, dark and print.
 */
export function chartConfig(theme: Theme, width: "wide" | "narrow", tag: string): JsonObject {
  const isNarrow = width === "narrow";
  const text = { font: theme.fonts.sans, fontSize: 12 };
  return {
    aria: false,
    customFormatTypes: true,
    background: null,
    font: theme.fonts.sans,
    padding: { left: 1, top: 6, right: 6, bottom: 2 },
    view: { stroke: null },
    locale: { number: numberLocale(tag), time: timeLocale(tag) },
    mark: { color: "var(--accent)" },
    bar: { color: "var(--accent)", height: { band: 0.68 }, width: { band: 0.72 } },
    line: { point: { size: 300, opacity: 0 }, strokeWidth: 2.25, strokeCap: "round", strokeJoin: "round" },
    area: { opacity: 0.18 },
    errorband: { color: "var(--accent)" },
    point: { filled: true, size: 64, opacity: 1 },
    circle: { opacity: 1, size: 64 },
    rule: { color: "var(--interval)", strokeWidth: 1.5 },
    errorbar: { color: "var(--interval)", thickness: 1.5 },
    tick: { color: "var(--interval)", thickness: 2 },
    text: { ...text, color: "var(--ink)" },
    axis: {
      labelFont: theme.fonts.sans,
      labelFontSize: 12,
      labelColor: "var(--muted)",
      labelPadding: 6,
      labelLimit: isNarrow ? 150 : 260,
      titleFont: theme.fonts.sans,
      titleFontSize: 12,
      titleFontWeight: "normal",
      titleColor: "var(--muted)",
      domain: false,
      ticks: false,
      gridColor: "var(--rule)",
      gridWidth: 1,
    },
    axisX: {
      labelAngle: 0,
      labelOverlap: true,
      labelSeparation: 4,
      labelFlush: false,
      titleAnchor: "end",
      titleAlign: "right",
    },
    axisXQuantitative: { tickCount: isNarrow ? 3 : 6 },
    axisXTemporal: {
      labelSeparation: 14,
      format: { year: "%Y", quarter: "%B", month: "%B", week: "%e %b", date: "%e %b", day: "%e %b" },
      tickCount: isNarrow ? 4 : 8,
      grid: false,
      domain: true,
      domainColor: "var(--context)",
      ticks: true,
      tickColor: "var(--context)",
      tickSize: 4,
    },
    axisYQuantitative: { tickCount: 5 },
    axisY: {
      titleAngle: 0,
      titleAlign: "left",
      titleAnchor: "end",
      titleBaseline: "bottom",
      titleX: 0,
      titleY: -8,
    },
    axisYBand: brokenLabels(isNarrow ? 135 : 250),
    axisBand: { grid: false, labelColor: "var(--ink)" },
    axisPoint: { grid: false, labelColor: "var(--ink)" },
    legend: {
      orient: "top",
      direction: "horizontal",
      columns: isNarrow ? 2 : 0,
      labelFont: theme.fonts.sans,
      labelFontSize: 12,
      labelColor: "var(--ink)",
      labelLimit: isNarrow ? 120 : 240,
      titleColor: "var(--muted)",
      symbolStrokeWidth: 0,
      symbolSize: 90,
    },
    header: {
      labelFont: theme.fonts.sans,
      labelFontSize: 12,
      labelColor: "var(--ink)",
      labelFontWeight: "bold",
    },
    range: {
      category: theme.series.map((_, index) => `var(--series${index + 1})`),
      ramp: [theme.light.rule, theme.light.accent],
      heatmap: [theme.light.faint, theme.light.accent],
      diverging: [theme.light.bad, theme.light.rule, theme.light.good],
    },
  };
}

/** Labels that take more lines where they are wider than `width`; two lines lie around the middle of what they name. */
function brokenLabels(width: number): JsonObject {
  const lines = `${labelLinesName}(datum.label, ${width})`;
  return {
    labelExpr: lines,
    labelLineHeight: 14,
    labelBaseline: { condition: { test: `isArray(${lines})`, value: "line-bottom" }, value: "middle" },
  };
}

/** d3-format's description of a locale, read off Intl. */
function numberLocale(tag: string): Json {
  const parts = new Intl.NumberFormat(tag, {
    style: "currency",
    currency: "EUR",
    useGrouping: "always",
  }).formatToParts(-1234.5);
  const find = (type: Intl.NumberFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  const before =
    parts.findIndex(({ type }) => type === "currency") < parts.findIndex(({ type }) => type === "integer");
  return {
    decimal: find("decimal"),
    thousands: find("group"),
    grouping: [3],
    currency: before ? ["€", ""] : ["", "\u00a0€"],
    minus: "\u2212",
  };
}

/** d3-time-format's description of a locale, read off Intl. */
function timeLocale(tag: string): Json {
  const names = (options: Intl.DateTimeFormatOptions, dates: readonly Date[]) => {
    const format = new Intl.DateTimeFormat(tag, { ...options, timeZone: "UTC" });
    return dates.map((date) => format.format(date));
  };
  const months = Array.from({ length: 12 }, (_, month) => new Date(Date.UTC(2023, month, 15)));
  const days = Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(2023, 0, 1 + day)));
  return {
    dateTime: "%A %e %B %Y, %H:%M",
    date: "%d/%m/%Y",
    time: "%H:%M",
    periods: ["am", "pm"],
    days: names({ weekday: "long" }, days),
    shortDays: names({ weekday: "short" }, days),
    months: names({ month: "long" }, months),
    shortMonths: names({ month: "short" }, months),
  };
}
