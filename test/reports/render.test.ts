import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.js";
import type { Cell, QueryResult, Results } from "../../src/reports/index.js";
import { renderText, run } from "./world.js";

const table = (columns: [string, string][], ...rows: Cell[][]): QueryResult => ({
  columns: columns.map(([name, type]) => ({ name, type })),
  rows,
});

const results: Results = new Map([
  [
    "shops",
    table(
      [
        ["city", "VARCHAR"],
        ["sales", "DECIMAL(12,2)"],
        ["opened_on", "DATE"],
        ["detail", "STRUCT(floor INTEGER)"],
      ],
      ["Como", 1500, "2024-05-01", { floor: 2 }],
      ["*Lecce*", -20.5, null, { floor: 0 }],
    ),
  ],
  ["none", table([["city", "VARCHAR"]])],
]);

const cells = "```sql shops\nselect 1\n```\n```sql none\nselect 2\n```\n";
const both = (...text: string[]) => ["::: en", ...text, ":::", "::: it", ...text, ":::"].join("\n");
const notebook = (...lines: string[]) =>
  `---\ntitle: { en: Shops, it: Negozi }\nparams: { top: 3 }\n---\n${cells}${lines.join("\n")}\n`;

async function main(...lines: string[]): Promise<string> {
  const { html } = await renderText(notebook(...lines), results);
  const [, body = ""] = /<main>([^]*?)(?:<section class="sources"|<\/main>)/.exec(html) ?? [];
  return body.trim();
}

describe("the text of a notebook", () => {
  it("reads the first row of a result, fields of structured values, parameters and the run", async () => {
    expect(
      await main(
        both("{{ shops.sales | currency 0 }}, {{ shops.detail.floor }}, {{ params.top }}, {{ run.id }}"),
      ),
    ).toBe(`<p><bdi>€1,500</bdi>, <bdi>2</bdi>, <bdi>3</bdi>, <bdi>${run.id}</bdi></p>`);
  });

  it("writes a column by its type when no format is given", async () => {
    expect(await main(both("{{ shops.opened_on }}"))).toBe("<p><bdi>1 May 2024</bdi></p>");
  });

  it("never reads a value as Markdown", async () => {
    expect(await main("::: each shops", both("- {{ shops.city }}"), ":::")).toBe(
      "<ul>\n<li><bdi>Como</bdi></li>\n<li><bdi>*Lecce*</bdi></li>\n</ul>",
    );
  });

  it("leaves double braces in code as they are", async () => {
    expect(await main(both("`{{ shops.city }}`"))).toBe("<p><code>{{ shops.city }}</code></p>");
  });

  it("joins the lists that blocks separate", async () => {
    const body = await main(
      both("- first"),
      "::: each shops",
      both("- {{ shops.city }}"),
      ":::",
      both("- last"),
    );
    expect(body.match(/<ul>/g)).toHaveLength(1);
    expect(body.match(/<li>/g)).toHaveLength(4);
  });

  it.each([
    ["shops", true],
    ["none", false],
    ["not none", true],
    ["none.city", false],
    ['shops.sales > 1000 and shops.city == "Como"', true],
    ["shops.sales <= 1000", false],
    ["shops.sales != 1500", false],
    ['shops.opened_on < "2024-06-01"', true],
    ["none.city > 1", false],
    ["none.city == null", true],
    ["params.top >= 3", true],
  ])("shows what stands under `if %s`: %s", async (condition, holds) => {
    const body = await main(`::: if ${condition}`, both("yes"), "::: else", both("no"), ":::");
    expect(body).toBe(holds ? "<p>yes</p>" : "<p>no</p>");
  });

  it("shows `empty` only for a result without rows", async () => {
    expect(
      await main("::: empty none", both("nothing"), ":::", "::: empty shops", both("nothing else"), ":::"),
    ).toBe("<p>nothing</p>");
  });

  it("has no images and no markup of its own", async () => {
    const body = await main(both("![a](https://x.test/a.png) <b>bold</b> [bad](javascript:alert(1))"));
    expect(body).not.toMatch(/<img|<b>|href="javascript/);
  });

  it("leaves out findings whose values are not there", async () => {
    const findings = ["shops.city", "none.city", "shops"].map(
      (path) => `  - { en: "{{ ${path}${path === "shops" ? " | count" : ""} }} shops", it: "negozi" }`,
    );
    const text = notebook().replace("params:", `findings:\n${findings.join("\n")}\nparams:`);
    expect((await renderText(text, results)).findings).toEqual(["Como shops", "2 shops"]);
  });

  it("says where a name is unknown", async () => {
    await expect(main(both("{{ shops.town }}"))).rejects.toThrow(UserError);
  });
});

describe("the page", () => {
  it("has one first-level heading: the notebook's own, else its title", async () => {
    expect((await renderText(notebook(), results)).html).toContain("<h1>Shops</h1>");
    const { html } = await renderText(notebook(both("# Como leads")), results);
    expect(html.match(/<h1>.*<\/h1>/g)).toEqual(["<h1>Como leads</h1>"]);
  });

  it("names the language and forbids everything but itself", async () => {
    const { html } = await renderText(notebook(), results, "it");
    expect(html).toContain('<html lang="it">');
    expect(html.replaceAll("&#39;", "'")).toMatch(
      /content="default-src 'none'; style-src 'sha256-[^']*'; img-src data:;/,
    );
  });

  it("shows the SQL that only the text quotes at its end", async () => {
    const { html } = await renderText(notebook(both("{{ shops.city }}")), results);
    expect(html).toMatch(
      /<section class="sources">[^]*<code>shops<\/code> · 2 rows · Run 20261121-0300 ·\sDuckDB/,
    );
  });
});

describe("figures", () => {
  const chart = (...lines: string[]) =>
    ["```vega-lite", "data: shops", "alt: { en: Bars, it: Barre }", ...lines, "```"].join("\n");

  it("stands a chart's table in for a chart that cannot be drawn, and warns", async () => {
    const { html, warnings } = await renderText(notebook(chart("mark: { type: nonsense }")), results);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^notebook\.md:\d+: /);
    expect(html).toContain("This chart could not be drawn");
    expect(html).toContain("<bdi>Como</bdi>");
  });

  it("says that there is nothing to show", async () => {
    const text = notebook(
      chart("mark: bar", "encoding: { y: { field: city } }").replace("data: shops", "data: none"),
    );
    expect((await renderText(text, results)).html).toContain("There is nothing to show.");
  });

  it("refuses to draw more than 5,000 rows", async () => {
    const many = table([["city", "VARCHAR"]], ...Array.from({ length: 5001 }, (_, row) => [`city ${row}`]));
    const rendering = renderText(
      notebook(chart("mark: bar", "encoding: { y: { field: city } }")),
      new Map([...results, ["shops", many]]),
    );
    await expect(rendering).rejects.toThrow("a chart of 5,001 rows of `shops`: at most 5,000 can be shown");
  });

  it("says how a number changed, and when the change is noise", async () => {
    const headline = table(
      ["nps", "low", "high", "before", "churn", "churn_before"].map((name): [string, string] => [
        name,
        "DOUBLE",
      ]),
      [25.3, 23, 27, 26.5, 0.142, 0.131],
    );
    const tiles = `\`\`\`metrics headline
tiles:
  - { label: { en: NPS, it: NPS }, value: nps, low: low, high: high, previous: before, better: higher }
  - { label: { en: Lost, it: Persi }, value: churn, previous: churn_before, format: percent 1, better: lower }
\`\`\``;
    const { html } = await renderText(
      notebook("```sql headline\nselect 1\n```", tiles),
      new Map([...results, ["headline", headline]]),
    );
    expect(html).toMatch(/95% interval <bdi>23<\/bdi> to <bdi>27<\/bdi>/);
    expect(html).toMatch(/class="flat"[^]*?<bdi>−1.2<\/bdi>, within the margin of error/);
    expect(html).toMatch(/class="bad"[^]*?<bdi>\+1.1 pts<\/bdi> <small>worse/);
  });

  it("says whether a target is reached, unless the interval leaves it open", async () => {
    const headline = table(
      ["nps", "low", "high", "sure", "open", "churn", "limit", "none"].map((name): [string, string] => [
        name,
        "DOUBLE",
      ]),
      [25.3, 23, 27, 30, 26, 0.142, 0.15, null],
    );
    const nps = "label: { en: NPS, it: NPS }, value: nps, low: low, high: high, better: higher";
    const churn = "label: { en: Lost, it: Persi }, value: churn, format: percent 1, better: lower";
    const tiles = `\`\`\`metrics headline
tiles:
  - { ${nps}, target: sure }
  - { ${nps}, target: open }
  - { ${churn}, target: limit }
  - { ${churn}, target: none }
\`\`\``;
    const { html } = await renderText(
      notebook("```sql headline\nselect 1\n```", tiles),
      new Map([...results, ["headline", headline]]),
    );
    expect(html).toMatch(/class="bad"\s*>target <bdi>30<\/bdi> <small>missed/);
    expect(html).toMatch(/class="flat"\s*>target <bdi>26<\/bdi>, within the margin of error/);
    expect(html).toMatch(/class="good"\s*>target <bdi>15.0%<\/bdi> <small>reached/);
    expect(html.match(/<line class="target"/g)).toHaveLength(2);
    expect(html.match(/target <bdi>/g)).toHaveLength(3);
  });
});
