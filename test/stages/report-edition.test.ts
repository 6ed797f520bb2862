import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.js";
import { locales, type Results } from "../../src/reports/index.js";
import { openEdition, queryEdition, renderOptions } from "../../src/stages/report-edition.js";
import { renderReport, type ReportFormat } from "../../src/stages/report-door.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import type { Engine, Session } from "../../src/warehouse/engine.js";
import { openSqlReader, type SqlReader } from "../../src/warehouse/syntax.js";
import { run } from "../reports/world.js";

const head = "---\ntitle: { en: Many, it: Molti }\n---\n";
const many = "```sql many\nselect range as x, range % 7 as y from range(100000) order by x desc\n```\n";

const table = "```table many\ncolumns: [{ field: x, label: { en: X, it: X } }]\nrows: 3\n```\n";

const chart = `\`\`\`vega-lite
data: many
alt: { en: Points, it: Punti }
mark: point
encoding: { x: { field: x }, y: { field: y } }
\`\`\`
`;

describe("a cell with 100,000 rows", () => {
  let engine: Engine;
  let session: Session;
  let sql: SqlReader;

  beforeAll(async () => {
    engine = await openDuckDb();
    session = await engine.connect();
    sql = await openSqlReader();
  });
  afterAll(() => {
    session.close();
    engine.close();
    sql.close();
  });

  /** The results of a notebook, and how many rows left the engine for them. */
  async function query(text: string) {
    const context = { project: ".", sql, locales, currency: "EUR", timeZone: "Europe/Rome" };
    const edition = await openEdition({ name: "reports/many.md", text: head + text }, context);
    let rows = 0;
    const counting: Session = {
      ...session,
      query: async (...statement) => {
        const result = await session.query(...statement);
        rows += result.rows.length;
        return result;
      },
    };
    return { edition, results: await queryEdition(edition, counting, {}), rows };
  }

  const render = async (
    text: string,
    format: ReportFormat = "html",
    change = (results: Results) => results,
  ) => {
    const { edition, results } = await query(text);
    const options = { ...renderOptions(edition, "en", { run }), warehouse: "" };
    return (await renderReport(format, edition, change(results), options)).content.toString();
  };

  it("leaves most of them in the engine, and keeps the first in their order", async () => {
    const { results, rows } = await query(many + table);
    expect(rows).toBeLessThanOrEqual(5002);
    expect(results.get("many")?.rows.slice(0, 2)).toEqual([
      [99999, 4],
      [99998, 3],
    ]);
  });

  it("shows the first in a table, and says how many there are more", async () => {
    const html = await render(many + table);
    expect(html).toContain("99,997 more rows are not shown");
    expect(html).toContain("100,000 rows");
  });

  it("is counted whole wherever it is counted", async () => {
    const counted = "::: en\n# {{ many | count }} found\n:::\n::: it\n# {{ many | count }} trovati\n:::\n";
    expect(await render(many + counted)).toContain("100,000</bdi> found");
    expect(await render(many, "ipynb")).toContain("100000 rows × 2 columns");
  });

  it("is read whole by other cells", async () => {
    const total = "```sql total\nselect count(*) as n, sum(y) as y from many\n```\n";
    const { results } = await query(many + total);
    expect(results.get("total")?.rows).toEqual([[100000, 299995]]);
  });

  it.each([
    ["a chart of", chart],
    ["each of", "::: each many\n::: en\n- {{ many.x }}\n:::\n::: it\n- {{ many.x }}\n:::\n:::\n"],
  ])("stops %s it, and says how to aggregate", async (what, block) => {
    const error: unknown = await render(many + block).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).describe()).toMatch(
      new RegExp(
        `^reports/many\\.md:7: ${what} 100,000 rows of \`many\`: at most 5,000 can be shown\n  Aggregate in the SQL of \`many\`: .*group by`,
      ),
    );
  });
});
