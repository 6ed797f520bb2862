import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.js";
import { notebookQueries, parseNotebook } from "../../src/reports/index.js";

const front = "---\ntitle: { en: Loyalty, it: Fedeltà }\n---\n";

function mistakes(text: string, read?: (file: string) => string): string {
  try {
    parseNotebook(text, "reports/a.md", read);
    return "";
  } catch (error) {
    if (error instanceof UserError) return error.describe();
    throw error;
  }
}

const lines = (...parts: string[]) => front + parts.join("\n");

describe("a notebook", () => {
  it("lists its SQL cells with the lines of their SQL", () => {
    const notebook = parseNotebook(
      lines("```sql a", "select 1 as x;", "```", "", "::: if a", "~~~sql b", "select * from a", "~~~", ":::"),
      "reports/a.md",
    );
    expect(notebookQueries(notebook)).toMatchObject([
      { name: "a", sql: "select 1 as x", place: { file: "reports/a.md", line: 5 } },
      { name: "b", sql: "select * from a", place: { line: 10 } },
    ]);
  });

  it("includes partials, relative to itself, and counts them among its files", () => {
    const files: Record<string, string> = {
      "reports/partials/method.md": "::: include deep/cell.md",
      "reports/partials/deep/cell.md": "```sql c\nselect 3\n```",
    };
    const notebook = parseNotebook(
      lines("::: include partials/method.md"),
      "reports/a.md",
      (file) => files[file] ?? "",
    );
    expect(notebookQueries(notebook)).toMatchObject([
      { name: "c", place: { file: "reports/partials/deep/cell.md", line: 2 } },
    ]);
    expect(notebook.files).toEqual([
      "reports/a.md",
      "reports/partials/method.md",
      "reports/partials/deep/cell.md",
    ]);
  });

  it("leaves fenced code that is no cell alone", () => {
    const notebook = parseNotebook(lines("```js", "::: if", "{{ no }}", "```"), "reports/a.md");
    expect(notebook.blocks.map(({ kind }) => kind)).toEqual(["prose"]);
  });
});

describe("mistakes in a notebook", () => {
  it.each([
    ["no front matter", "# Hello", "reports/a.md:1: a notebook begins with front matter"],
    [
      "a title in one language",
      "---\ntitle: { en: x }\n---\n",
      "reports/a.md:2:8: 'it' is missing in title\n  Add it: expected a text in every language.",
    ],
    [
      "an unknown key",
      "---\ntitel: x\ntitle: { en: x, it: y }\n---\n",
      "reports/a.md:2:1: unknown name 'titel'\n  Did you mean 'title'?",
    ],
    ["broken YAML", "---\ntitle: { en: x\n---\n", "reports/a.md:2"],
    [
      "a cell without a name",
      lines("```sql", "select 1", "```"),
      "reports/a.md:4: this sql cell has no name",
    ],
    ["an empty cell", lines("```sql a", "```"), "reports/a.md:4: the sql cell `a` is empty"],
    [
      "a cell that does not end",
      lines("```sql a", "select 1"),
      "reports/a.md:4: this sql cell has no closing ```",
    ],
    [
      "a name used twice",
      lines("```sql a", "select 1", "```", "```sql a", "select 2", "```"),
      "reports/a.md:8: a second cell is named `a`\n  The first is at reports/a.md:5",
    ],
    ["a container that does not end", lines("", "::: note"), "reports/a.md:5: this container is not closed"],
    ["an end of nothing", lines(":::"), "reports/a.md:4: `:::` closes nothing"],
    ["an unknown container", lines("::: eech a", ":::"), "unknown container `eech`\n  Did you mean 'each'?"],
    [
      "an unreadable condition",
      lines("::: if a >", ":::"),
      "reports/a.md:4: cannot read the condition `a >`",
    ],
    [
      "an unreadable value",
      lines("::: en", "Hello", "{{ 1 + 1 }}", ":::"),
      "reports/a.md:6: expected a name",
    ],
    [
      "words in no language",
      lines("", "## Findings"),
      "reports/a.md:5: these words stand outside of a language",
    ],
    ["a language alone", lines("::: en", "Hello", ":::"), "reports/a.md:4: missing translation: `::: it`"],
    ["a cell in a language", lines("::: en", "```sql a", "select 1", "```", ":::"), "holds text, not cells"],
    [
      "a value as a link",
      lines("::: en", "[a]({{a.b}})", ":::"),
      "reports/a.md:5: a value cannot be the target",
    ],
    [
      "a missing partial",
      lines("::: include no.md"),
      "reports/a.md:4: cannot read the partial reports/no.md",
    ],
  ])("%s", (_name, text, message) => {
    expect(mistakes(text)).toContain(message);
  });

  it("a partial that includes itself", () => {
    expect(mistakes(lines("::: include b.md"), () => "\n::: include b.md")).toContain(
      "reports/b.md:2: reports/b.md includes itself",
    );
  });

  it("are all found in one reading", () => {
    expect(
      mistakes(lines("::: if", ":::", "::: wenn a", ":::", "Hello")).match(/^reports.a.md:\d/gm),
    ).toHaveLength(3);
  });
});

describe("mistakes in a figure", () => {
  const chart = (...body: string[]) => lines("```vega-lite", ...body, "```");
  const alt = "alt: { en: a, it: b }";

  it.each([
    ["no alternative text", chart("data: a", "mark: bar"), "reports/a.md:5:1: 'alt' is missing"],
    ["no data", chart("mark: bar", alt), "'data' is missing\n  Add it: expected the name of a cell."],
    [
      "data from an address",
      chart("data: { url: 'http://x.test/' }", alt, "mark: bar"),
      "reports/a.md:5:7: data: expected the name of a cell, found",
    ],
    [
      "a layer's own values",
      chart("data: a", alt, "layer: [{ data: { values: [1] }, mark: bar }]"),
      "name of a cell",
    ],
    [
      "a transform",
      chart("data: a", alt, "mark: bar", "transform: []"),
      "reports/a.md:8:1: `transform` cannot be used",
    ],
    [
      "an image",
      chart("data: a", alt, "mark: { type: image }"),
      "reports/a.md:7:15: the mark `image` cannot be used",
    ],
    [
      "a colour out of the data",
      chart("data: a", alt, "mark: bar", "encoding: { fill: { field: b, scale: null } }"),
      "reports/a.md:8:31: `scale` cannot be used here: colours are those of the theme",
    ],
    [
      "a colour computed from the data",
      chart("data: a", alt, "mark: { type: bar, color: { expr: datum.b } }"),
      "`expr` cannot be used here",
    ],
    [
      "a colour to load",
      chart("data: a", alt, "mark: { type: bar, fill: url(https://x.test/) }"),
      "charts load nothing",
    ],
    ["no mark", chart("data: a", alt), "reports/a.md:4: a chart needs a `mark`"],
    [
      "a title in no language",
      chart("data: a", alt, "mark: bar", "encoding: { x: { field: b, title: Cost } }"),
      "reports/a.md:8:35: `title` needs a text for each language",
    ],
    [
      "a title in one language",
      chart("data: a", alt, "mark: bar", "encoding: { x: { field: b, title: { it: Costo } } }"),
      "missing translation: `en`",
    ],
    [
      "an unknown format",
      chart("data: a", alt, "mark: bar", "encoding: { x: { field: b, axis: { format: percnt } } }"),
      "Did you mean 'percent'?",
    ],
    [
      "a table without columns",
      lines("```table a", "rows: 3", "```"),
      "reports/a.md:5:1: 'columns' is missing",
    ],
    [
      "half an interval",
      lines("```metrics a", "tiles:", "  - { label: { en: a, it: b }, value: x, low: y }", "```"),
      "an interval needs both `low` and `high`",
    ],
  ])("%s", (_name, text, message) => {
    expect(mistakes(text)).toContain(message);
  });
});
