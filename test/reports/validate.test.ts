import { describe, expect, it } from "vitest";
import {
  notebookQueries,
  parseNotebook,
  validateNotebook,
  type ResultColumn,
} from "../../src/reports/index.js";

const columns: Record<string, ResultColumn[]> = {
  headline: [
    { name: "nps", type: "DOUBLE" },
    { name: "label_en", type: "VARCHAR" },
    { name: "label_it", type: "VARCHAR" },
    { name: "half_en", type: "VARCHAR" },
  ],
};

const head = `---
title: { en: "Loyalty {{ headline.nps }}", it: "Fedeltà" }
params: { horizon_days: 90 }
---
\`\`\`sql headline
select 1
\`\`\`
`;

async function mistakes(...lines: string[]): Promise<string[]> {
  const notebook = parseNotebook(head + lines.join("\n"), "n.md");
  const describe = ({ name }: { name: string }) =>
    columns[name] ? Promise.resolve(columns[name]) : Promise.reject(new Error("no such table"));
  const errors = await validateNotebook(notebook, notebookQueries(notebook), describe, ["as_of"]);
  return errors.map((error) => error.describe());
}

const both = (text: string) => ["::: en", text, ":::", "::: it", text, ":::"];

describe("validateNotebook", () => {
  it("accepts what is there: columns, columns in two languages, parameters, the run", async () => {
    expect(
      await mistakes(
        ...both(
          "{{ headline.nps }} {{ headline.label }} {{ params.horizon_days }} {{ params.as_of }} {{ run.id }}",
        ),
        ...both('{{ headline | plural "row" "rows" }}'),
        "::: if headline and headline.nps > 3",
        ":::",
        "::: each headline",
        ":::",
      ),
    ).toEqual([]);
  });

  it("finds unknown columns, with the nearest name", async () => {
    expect(await mistakes("::: en", "Hello", "{{ headline.npz }}", ":::", "::: it", ":::")).toEqual([
      "n.md:10: `headline` has no column `npz`\n  Did you mean 'nps'?",
    ]);
  });

  it("finds unknown cells, parameters and names of the run", async () => {
    expect(await mistakes(...both("{{ headlin.nps }}"), "::: each friction", ":::")).toEqual([
      "n.md:9: no cell is named `headlin`\n  Did you mean 'headline'?",
      "n.md:12: no cell is named `headlin`\n  Did you mean 'headline'?",
      "n.md:14: no cell is named `friction`\n  Valid names: headline.",
    ]);
    expect(await mistakes("::: if params.horizon and run.number > 1", ":::")).toEqual([
      "n.md:8: unknown name `params.horizon`\n  Valid names: horizon_days, as_of.",
      "n.md:8: unknown name `run.number`\n  Valid names: id, as_of, engine.",
    ]);
  });

  it("finds a column that is there in one language only", async () => {
    expect(await mistakes("::: if headline.half", ":::")).toEqual([
      "n.md:8: missing translation: `headline` has no column `half_it`",
    ]);
  });

  it("finds a table where a value is expected", async () => {
    expect(await mistakes("::: if headline > 3", ":::")).toEqual([
      "n.md:8: `headline` is a table, expected one of its columns\n  Write `headline.column`",
    ]);
  });

  it("finds unknown fields of charts, tables and numbers, in layers too", async () => {
    expect(
      await mistakes(
        "```vega-lite",
        "data: headline",
        'alt: { en: "{{ headline.npp }}", it: b }',
        "layer:",
        "  - mark: bar",
        "    encoding: { x: { field: npx } }",
        "  - data: other",
        "    mark: bar",
        "```",
        "```table headline",
        "columns: [{ field: npy, label: { en: a, it: b } }]",
        "```",
        "```metrics headline",
        "tiles: [{ value: npw, label: { en: a, it: b } }]",
        "```",
      ),
    ).toEqual([
      "n.md:10:12: `headline` has no column `npp`\n  Did you mean 'nps'?",
      "n.md:13:29: `headline` has no column `npx`\n  Did you mean 'nps'?",
      "n.md:14:11: no cell is named `other`\n  Valid names: headline.",
      "n.md:18:20: `headline` has no column `npy`\n  Did you mean 'nps'?",
      "n.md:21:18: `headline` has no column `npw`\n  Did you mean 'nps'?",
    ]);
  });

  it("reports SQL that cannot run once, and does not guess at its columns", async () => {
    expect(await mistakes("```sql broken", "select 2", "```", ...both("{{ broken.x }}"))).toEqual([
      "n.md:9: the SQL of `broken` fails: no such table",
    ]);
  });
});
