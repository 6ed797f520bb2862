import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clean } from "../../src/reports/html.js";
import { locales, type Locale, type QueryResult, type Rendered } from "../../src/reports/index.js";
import { axeViolations, hasChromium, launch, overflow, visit } from "./browser.js";
import { hostileStrings } from "./hostile.js";
import { renderFolder, renderText } from "./world.js";

const views = locales.flatMap((locale) => [1280, 360].map((width) => ({ locale, width })));

describe.skipIf(!hasChromium)("a report in Chromium", () => {
  let browser: Browser;
  let pages: Record<Locale, Rendered>;

  beforeAll(async () => {
    browser = await launch();
    ({ pages } = await renderFolder("test/reports/input/demo"));
  }, 60_000);
  afterAll(() => browser.close());

  it.each(views)(
    "is quiet, fits and is accessible at $width px in $locale, light and dark",
    async ({ locale, width }) => {
      for (const colorScheme of ["light", "dark"] as const) {
        const misdeeds = await visit(browser, pages[locale].html, { width, colorScheme }, async (page) => {
          expect(await overflow(page)).toBeLessThanOrEqual(0);
          await page.evaluate(() =>
            document.querySelectorAll("details").forEach((details) => (details.open = true)),
          );
          expect(await overflow(page)).toBeLessThanOrEqual(0);
          expect(await axeViolations(page)).toEqual([]);
        });
        expect(misdeeds).toEqual([]);
      }
    },
    60_000,
  );

  it.each(views)(
    "is complete without scripts at $width px in $locale",
    async ({ locale, width }) => {
      const misdeeds = await visit(browser, pages[locale].html, { width, scripts: false }, async (page) => {
        expect(await page.locator("figure svg[role=img]:visible").count()).toBe(3);
        expect(await page.getByText("182").first().isVisible()).toBe(true);
        await page.locator("figure.chart summary").first().click();
        expect(await page.locator("figure.chart table").first().isVisible()).toBe(true);
      });
      expect(misdeeds).toEqual([]);
    },
    60_000,
  );

  it("prints to A4 with its charts", async () => {
    await visit(browser, pages.en.html, { width: 1280 }, async (page) => {
      await page.emulateMedia({ media: "print" });
      expect(await page.locator("figure svg[role=img]:visible").count()).toBe(3);
      expect(await page.locator("summary:visible").count()).toBe(0);
      const pdf = await page.pdf({ format: "A4" });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    });
  }, 60_000);
});

describe("hostile text", () => {
  const notebook = `---
title: { en: "Report {{ words.text }}", it: "Rapporto {{ words.text }}" }
description: { en: "{{ words.text }}", it: "{{ words.text }}" }
---
\`\`\`sql words
select 1
\`\`\`
::: en
# {{ words.text }}
:::
::: it
# {{ words.text }}
:::
::: each words
::: en
- *{{ words.text }}* [a](#{{ words.text }}) \`{{ words.text }}\`
:::
::: it
- {{ words.text }}
:::
:::
\`\`\`table words
title: { en: "{{ words.text }}", it: "{{ words.text }}" }
columns: [{ field: text, label: { en: Text, it: Testo } }]
rows: 1000
\`\`\`
\`\`\`metrics words
tiles: [{ value: text, label: { en: "{{ words.text }}", it: "{{ words.text }}" } }]
\`\`\`
\`\`\`vega-lite
data: words
alt: { en: "{{ words.text }}", it: "{{ words.text }}" }
height: { step: 12 }
mark: bar
encoding:
  x: { field: n }
  y: { field: text, sort: null }
  fill: { field: text, scale: null }
  tooltip: [{ field: text }]
\`\`\`
`;
  const words: QueryResult = {
    columns: [
      { name: "text", type: "VARCHAR" },
      { name: "n", type: "DOUBLE" },
      ...hostileStrings.slice(0, 20).map((name) => ({ name, type: "VARCHAR" })),
    ],
    rows: hostileStrings.map((text, n) => [text, n, ...hostileStrings.slice(0, 20)]),
  };
  const render = (locale: Locale) => renderText(notebook, new Map([["words", words]]), locale);

  it("is planted in more than 500 ways", () => {
    expect(new Set(hostileStrings).size).toBeGreaterThanOrEqual(500);
  });

  it("becomes no element, attribute or address of the page", async () => {
    const { html } = await render("en");
    const bare = html.replace(/"[^"]*"/g, "");
    const tags = new Set([...bare.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, tag]) => tag));
    for (const tag of ["script", "img", "iframe", "math", "animate", "image"])
      expect(tags).not.toContain(tag);
    expect(bare.match(/<[^>]*\son\w+=/g)).toBeNull();
    expect(html.match(/\shref="[^"]*"/g)).toEqual([' href="data:,"']);
    expect(html.match(/[\u202a-\u202e\u2066-\u2069\u200b\u0000]/g)).toBeNull();
  });

  it.skipIf(!hasChromium).each(views)(
    "runs nothing, asks for nothing, shows as text and fits at $width px in $locale, scripts on and off",
    async ({ locale, width }) => {
      const { html } = await render(locale);
      const browser = await launch();
      try {
        for (const scripts of [true, false]) {
          const misdeeds = await visit(browser, html, { width, scripts }, async (page) => {
            const hit = await page.evaluate(() => "hit" in window || document.title === "hit");
            expect(hit).toBe(false);
            expect(await overflow(page)).toBeLessThanOrEqual(0);
            const shown = await page.locator("figure.table tbody th").allTextContents();
            expect(shown).toEqual(hostileStrings.map(clean));
            const listed = new Set(await page.locator("main > ul li bdi:first-of-type").allTextContents());
            expect(hostileStrings.every((text) => listed.has(clean(text)))).toBe(true);
            expect(await page.locator("main a").count()).toBe(0);
          });
          expect(misdeeds).toEqual([]);
        }
      } finally {
        await browser.close();
      }
    },
    60_000,
  );
});
