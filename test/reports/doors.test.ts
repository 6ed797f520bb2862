import MarkdownIt from "markdown-it";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  parseNotebook,
  renderJupyter,
  renderMail,
  type QueryResult,
  type Results,
} from "../../src/reports/index.js";
import { cellText } from "../../src/result.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import { spreadsheetColumns } from "../../src/warehouse/spreadsheet.js";
import { hasChromium, launch } from "./browser.js";
import { misdeedsOf, saidAsText } from "./every-report.js";
import { hostileStrings } from "./hostile.js";
import { options } from "./world.js";

const notebook = parseNotebook(
  `---
title: { en: "Report {{ words.text }}", it: "Rapporto {{ words.text }}" }
findings: [{ en: "{{ words.text }}", it: "{{ words.text }}" }]
---
\`\`\`sql words
select 1
\`\`\`
::: each words
::: en
- *{{ words.text }}* [a](#{{ words.text }})
:::
::: it
- {{ words.text }}
:::
:::
\`\`\`table words
title: { en: "{{ words.text }}", it: "{{ words.text }}" }
columns: [{ field: text, label: { en: Text, it: Testo } }]
\`\`\`
\`\`\`metrics words
tiles: [{ value: text, label: { en: "{{ words.text }}", it: "{{ words.text }}" } }]
\`\`\`
::: if words.n == 0
\`\`\`vega-lite
data: words
alt: { en: "{{ words.text }}", it: "{{ words.text }}" }
encoding: { y: { field: text }, x: { field: n } }
mark: bar
\`\`\`
:::
`,
  "hostile.md",
);

const stringsInRow = 6;

const told: QueryResult = {
  columns: [
    { name: "text", type: "VARCHAR" },
    { name: "n", type: "DOUBLE" },
  ],
  rows: Array.from({ length: Math.ceil(hostileStrings.length / stringsInRow) }, (_, row) => [
    hostileStrings.slice(row * stringsInRow, (row + 1) * stringsInRow).join(" "),
    row,
  ]),
};

/** Some of the rows: an e-mail shows ten, a Jupyter notebook fifty. */
const inParts = (size: number): Results[] =>
  Array.from({ length: Math.ceil(told.rows.length / size) }, (_, part) => {
    const rows = told.rows.slice(part * size, (part + 1) * size);
    return new Map([["words", { ...told, rows }]]);
  });

describe.skipIf(!hasChromium)("hostile text in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await launch()));
  afterAll(() => browser.close());

  it("does nothing in an e-mail, and is shown as text", async () => {
    const said = new Set<string>();
    for (const results of inParts(10)) {
      const { html, images, text, subject } = await renderMail(notebook, results, options("en"));
      const opened = html.replace(/ src="cid:([^"]+)"/g, (_, cid: string) => {
        const image = images.find((candidate) => candidate.cid === cid);
        return ` src="data:image/png;base64,${image?.png.toString("base64") ?? ""}"`;
      });
      const misdeeds = await misdeedsOf(browser, opened, 360, true);
      expect(misdeeds.filter((misdeed) => misdeed !== "markup became elements")).toEqual([]);
      expect(html.match(/<img /g)?.length ?? 0).toBe(images.length);
      expect(html).not.toMatch(/<(?:script|iframe|svg|math|object|embed|form|input|details|a)[\s>]/i);
      expect(subject).not.toMatch(/[\r\n\u202e\u200b]/);
      expect(text).not.toMatch(/[\u202e\u200b]/);
      for (const string of saidAsText(html)) said.add(string);
    }
    expect(hostileStrings.filter((string) => !said.has(string))).toEqual([]);
  }, 60_000);

  it("does nothing in a Jupyter notebook's outputs and words, and is shown as text", async () => {
    const markdown = new MarkdownIt({ html: true, linkify: true });
    const said = new Set<string>();
    for (const results of inParts(50)) {
      const text = await renderJupyter(notebook, results, {
        ...options("en"),
        warehouse: "w.duckdb",
        parametersOf: () => [],
      });
      const { cells } = JSON.parse(text) as {
        cells: { cell_type: string; source: string; outputs?: { data: Record<string, string> }[] }[];
      };
      const shown = cells.flatMap(({ cell_type, source, outputs = [] }) =>
        cell_type === "markdown"
          ? [markdown.render(source)]
          : outputs.flatMap(({ data }) => [data["text/html"] ?? "", data["image/svg+xml"] ?? ""]),
      );
      const page = `<!doctype html><meta charset="utf-8"><title>n</title><style>* { overflow-wrap: anywhere; max-width: 100% } svg { display: block }</style>${shown.join("\n")}`;
      const misdeeds = await misdeedsOf(browser, page, 1280, true);
      expect(misdeeds.filter((misdeed) => misdeed !== "wider than the screen")).toEqual([]);
      expect(page).not.toMatch(/<(?:script|iframe|img|object|embed|form|input|details)[\s>]/i);
      expect([...page.matchAll(/<a href="([^"]*)"/g)].map(([, to]) => to)).toEqual([]);
      for (const string of saidAsText(page)) said.add(string);
    }
    expect(hostileStrings.filter((string) => !said.has(string))).toEqual([]);
  }, 60_000);
});

describe("hostile text as CSV", () => {
  it("begins no cell that a spreadsheet runs, and is whole but for the apostrophe", async () => {
    const engine = await openDuckDb();
    const session = await engine.connect();
    const begins = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"];
    const texts = [...hostileStrings, ...begins.map((sign) => `${sign}cmd|'/c calc'!A1`)];
    await session.insert("told", [{ name: "text", type: "text", values: texts }]);
    const columns = await spreadsheetColumns(session, "temp.told");
    const { rows } = await session.query(`select ${columns} from temp.told`);
    const written = rows.map(([text]) => cellText(text));
    expect(written.filter((text) => begins.includes(text.slice(0, 1)))).toEqual([]);
    expect(written.map((text, index) => (text === texts[index] ? text : text.slice(1)))).toEqual(texts);
    expect(written.filter((text) => text.startsWith("'")).length).toBeGreaterThanOrEqual(begins.length + 5);
    session.close();
    engine.close();
  });
});
