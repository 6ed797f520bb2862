import { describe, expect, it } from "vitest";
import type { ChartCell } from "../../src/reports/blocks.js";
import { chartConfig } from "../../src/reports/chart-config.js";
import { chartSpec } from "../../src/reports/chart-spec.js";
import type { Cell, QueryResult } from "../../src/result.js";
import { parseNotebook } from "../../src/reports/index.js";
import { pageSvg } from "../../src/reports/svg.js";
import { textWidth } from "../../src/reports/text-width.js";
import { drawChart } from "../../src/reports/vega-server.js";
import { theme } from "./world.js";

function chart(...body: string[]): ChartCell {
  const front = "---\ntitle: { en: a, it: b }\n---\n";
  const cell = parseNotebook(
    [front, "```vega-lite", "data: t", "alt: { en: a, it: b }", ...body, "```"].join("\n"),
    "n.md",
  ).blocks.find((block) => block.kind === "chart");
  if (!cell) throw new Error("no chart");
  return cell;
}

const table = (columns: [string, string][], ...rows: Cell[][]): QueryResult => ({
  columns: columns.map(([name, type]) => ({ name, type })),
  rows,
});

const context = (t: QueryResult) => ({
  results: new Map([["t", t]]),
  locale: "it" as const,
  timeZone: "Europe/Rome",
  tag: "it-IT",
  currency: "EUR",
  theme,
  fill: (text: string) => text,
  term: (code: string) => (code === "web" ? "Web" : code),
});

describe("chartSpec", () => {
  it("names columns c0, c1, ... so that no name is read as a path", () => {
    const names = ["a.b", "x[0]", `it's "quoted"`, "__proto__", "constructor"];
    const t = table(
      names.map((name) => [name, "DOUBLE"]),
      [1, 2, 3, 4, 5],
    );
    const spec = chartSpec(
      chart(
        "mark: bar",
        "encoding:",
        "  x: { field: a.b }",
        "  y: { field: 'x[0]' }",
        `  size: { field: "it's \\"quoted\\"" }`,
        "  color: { field: __proto__ }",
        "  detail: { field: constructor }",
      ),
      "wide",
      context(t),
    );
    expect(spec.datasets).toEqual({ t: [{ c0: 1, c1: 2, c2: 3, c3: 4, c4: 5 }] });
    expect(spec.encoding).toMatchObject({ x: { field: "c0" }, y: { field: "c1" }, color: { field: "c3" } });
  });

  it("takes types from the result, reads times in UTC, and gives an axis no title of its own", () => {
    const t = table(
      [
        ["day", "DATE"],
        ["at", "TIMESTAMP WITH TIME ZONE"],
        ["n", "BIGINT"],
      ],
      ["2026-07-01", "2026-07-01 10:00:00+00", 3],
    );
    const spec = chartSpec(
      chart(
        "mark: line",
        "encoding: { x: { field: day, timeUnit: yearmonth }, x2: { field: at }, y: { field: n } }",
      ),
      "wide",
      context(t),
    );
    expect(spec.encoding).toMatchObject({
      x: { title: null, field: "c0", type: "temporal", timeUnit: "utcyearmonth", scale: { type: "utc" } },
      x2: { title: null, field: "c1" },
      y: { title: null, field: "c2", type: "quantitative" },
    });
    expect(spec.datasets).toEqual({ t: [{ c0: Date.UTC(2026, 6, 1), c1: Date.UTC(2026, 6, 1, 12), c2: 3 }] });
  });

  it("speaks the page's language: texts, terms, and the column that is there once per language", () => {
    const t = table(
      [
        ["code", "VARCHAR"],
        ["label_en", "VARCHAR"],
        ["label_it", "VARCHAR"],
      ],
      ["web", "English", "Italiano"],
    );
    const spec = chartSpec(
      chart(
        "terms: [code]",
        "mark: bar",
        "encoding: { x: { field: code, title: { en: Channel, it: Canale } }, y: { field: label } }",
      ),
      "wide",
      context(t),
    );
    expect(spec.encoding).toMatchObject({ x: { title: "Canale" } });
    expect(spec.datasets).toEqual({ t: [{ c0: "Web", c2: "Italiano" }] });
  });

  it("shows each column of a mark in its tooltip once, by its word and in the format of the chart", () => {
    const t = table(
      [
        ["code", "VARCHAR"],
        ["cost", "DOUBLE"],
      ],
      ["web", 3],
    );
    const spec = chartSpec(
      chart(
        "encoding: { y: { field: code } }",
        "layer:",
        "  - mark: bar",
        "    encoding: { x: { field: cost, axis: { format: currency 0 | compact } }, size: { field: cost } }",
      ),
      "wide",
      { ...context(t), term: (code) => (code === "cost" ? 'Costo "lordo"' : code) },
    );
    expect(spec.layer).toMatchObject([
      {
        encoding: {
          tooltip: [
            { title: "code", field: "c0", type: "nominal" },
            { title: "Costo ’lordo’", field: "c1", format: { format: "currency 0" } },
          ],
        },
      },
    ]);
  });

  it("changes what `narrow` says on a narrow screen only", () => {
    const cell = chart(
      "mark: bar",
      "height: 200",
      "encoding: { x: { field: n } }",
      "narrow: { height: 300, encoding: { x: { axis: null } } }",
    );
    const t = context(table([["n", "DOUBLE"]], [1]));
    expect(chartSpec(cell, "wide", t)).toMatchObject({ height: 200, encoding: { x: { field: "c0" } } });
    expect(chartSpec(cell, "narrow", t)).toMatchObject({
      height: 300,
      encoding: { x: { field: "c0", axis: null } },
    });
  });

  it("reads the theme's colours by name and columns in expressions", () => {
    const cell = chart(
      "mark: { type: bar, color: context }",
      "encoding:",
      "  color: { condition: { test: 'datum[\"a b\"] > 0', value: accent }, value: '#123456' }",
    );
    expect(chartSpec(cell, "wide", context(table([["a b", "DOUBLE"]], [1])))).toMatchObject({
      mark: { color: "var(--context)" },
      encoding: { color: { condition: { test: "datum.c0 > 0", value: "var(--accent)" }, value: "#123456" } },
    });
  });
});

describe("drawChart", () => {
  const draw = async (cell: ChartCell, t: QueryResult, width = 400) =>
    (await drawChart(chartSpec(cell, "wide", context(t)), chartConfig(theme, "wide", "it-IT"), width)).svg;
  const bars = chart(
    "mark: bar",
    "encoding: { x: { field: n, axis: { format: currency 0 } }, y: { field: name } }",
  );

  it("draws to the width asked for, with numbers in the page's language", async () => {
    const svg = await draw(
      bars,
      table(
        [
          ["n", "DOUBLE"],
          ["name", "VARCHAR"],
        ],
        [2000, "a"],
        [1000, "b"],
      ),
    );
    expect(/viewBox="0 0 (\d+)/.exec(svg)?.[1]).toBe("400");
    expect(svg).toContain("2.000\u00a0€");
  });

  it("cuts long labels with an ellipsis", async () => {
    const svg = await draw(
      bars,
      table(
        [
          ["n", "DOUBLE"],
          ["name", "VARCHAR"],
        ],
        [1, "W".repeat(5000)],
      ),
    );
    expect(svg).toMatch(/>W{10,40}…</);
  });
});

describe("pageSvg", () => {
  const wrap = (inner: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99" viewBox="0 0 99 99">${inner}</svg>`;
  const cleanSvg = (inner: string) => pageSvg(wrap(inner), "f1", 'a "b"')?.markup;

  it("is an image with its alternative text", () => {
    expect(cleanSvg('<text fill="red">a</text>')).toBe(
      '<svg role="img" aria-label="a &quot;b&quot;" focusable="false" viewBox="0 0 99 99"><text fill="red">a</text></svg>',
    );
  });

  it("has no links, images, scripts, styles or foreign addresses", () => {
    const markup = cleanSvg(
      '<a xlink:href="https://x.test/"><text fill="red" style="color:red" onclick="x()">a</text></a>' +
        '<image href="https://x.test/i.png"/><path fill="url(https://x.test/#a)" stroke="red" d="M0,0"/><script>x</script>',
    );
    expect(markup).not.toMatch(/x\.test|style|onclick|<a|<image|<script/);
    expect(markup).toContain('<path stroke="red" d="M0,0"/>');
  });

  it("prefixes ids and the references to them, from zero in every chart", () => {
    expect(
      cleanSvg(
        '<defs><clipPath id="clip77"><path fill="x" d="M0.123,4.5678"/></clipPath></defs><g clip-path="url(#clip77)"><path fill="a"/></g>',
      ),
    ).toContain(
      '<clipPath id="f1-0"><path fill="x" d="M0.1,4.6"/></clipPath></defs><g clip-path="url(#f1-0)">',
    );
  });

  it("refuses a drawing without a size or with a number that is none", () => {
    expect(pageSvg('<svg viewBox="0 0 0 200"></svg>', "p", "")).toBeUndefined();
    expect(cleanSvg('<path d="MNaN,0"/>')).toBeUndefined();
    expect(cleanSvg('<text fill="a">NaN</text>')).toBeDefined();
  });
});

describe("textWidth", () => {
  it("knows Arial: an em is as wide as its size, accents add nothing", () => {
    expect(textWidth("0123456789", 100)).toBeCloseTo(560);
    expect(textWidth("è", 10)).toBe(textWidth("e", 10));
    expect(textWidth("漢字", 10)).toBe(20);
  });
});
