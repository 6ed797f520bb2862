import { describe, expect, it } from "vitest";
import { openPipeline } from "../../src/pipeline/open.js";
import { validatePipeline } from "../../src/pipeline/validate.js";
import { mistakes } from "../support/errors.js";
import { testProject, type Project } from "../support/project.js";
import { shopFiles, shopWithModelFiles } from "../support/shop.js";

const validate = async (project: Project) => validatePipeline(await openPipeline(project.pipeline));
const found = async (project: Project) =>
  (await mistakes(validate(project))).map((error) => error.describe());

describe("validating a pipeline that has never run", () => {
  it("knows the columns of every table: loads, statements, models, scores", async () => {
    expect(await validate(testProject(shopWithModelFiles()))).toEqual({ unchecked: [] });
  });

  it("finds an unknown column of an SQL file, with its place", async () => {
    const project = testProject(shopFiles());
    project.replace("pipelines/sql/spending.sql", "sum(amount)", "sum(amout)");
    expect(await found(project)).toEqual([
      expect.stringMatching(/^pipelines\/sql\/spending\.sql:4:\d+: .*"?amout"?[^]*amount/) as string,
    ]);
  });

  it("finds an unknown column that a notebook's SQL or text uses, with its place", async () => {
    const project = testProject({
      ...shopFiles(),
      "reports/towns.md": `---
title: { en: Cities, it: Città }
---
\`\`\`sql towns
select city, custmers from cities
\`\`\`
\`\`\`sql spent
select * from spending
\`\`\`
::: en
{{ spent.spend }}
:::
::: it
:::
`,
    });
    project.replace(
      "pipelines/nightly.yaml",
      "  spending_file:",
      "  towns: { report: reports/towns.md }\n  spending_file:",
    );
    expect(await found(project)).toEqual([
      expect.stringMatching(/^reports\/towns\.md:5:\d+: cell towns: .*custmers/) as string,
      "reports/towns.md:11: `spent` has no column `spend`\n  Did you mean 'spent'?",
    ]);
  });
});

describe("validating an analysis", () => {
  const facts = "select 'a' as customer, 1.0 as score, 2.0 as delivery, 'family' as segment";
  const project = (analysis: string) =>
    testProject({
      "pipelines/nightly.yaml": `name: shop
stages:
  facts: { sql: sql/facts.sql }
  importance: { estimate: analyses/importance.yaml }
  first: { sql: sql/first.sql }
`,
      "pipelines/sql/facts.sql": facts,
      "pipelines/sql/first.sql":
        "select driver, importance_low, r_squared from importance join importance_outcomes using (outcome)",
      "pipelines/analyses/importance.yaml": analysis,
    });
  const analysis = `method: driver_importance
table: facts
unit: customer
outcomes: [score]
drivers: [delivery]
adjust_for: [segment]
`;

  it("knows the columns of the tables that it makes", async () => {
    expect(await validate(project(analysis))).toEqual({ unchecked: [] });
  });

  it("finds what reads a column that it does not make", async () => {
    const shop = project(analysis);
    shop.replace("pipelines/sql/first.sql", "r_squared", "r_sqared");
    expect(await found(shop)).toEqual([
      expect.stringMatching(/^pipelines\/sql\/first\.sql:1:\d+: .*r_sqared/) as string,
    ]);
  });

  it("finds every column that its table does not have, with its place", async () => {
    const wrong = analysis.replace("[delivery]", "[delivry]").replace("[segment]", "[segmnt]");
    expect(await found(project(wrong))).toEqual([
      "pipelines/analyses/importance.yaml:5:11: the table facts has no column delivry\n  Did you mean 'delivery'?",
      "pipelines/analyses/importance.yaml:6:14: the table facts has no column segmnt\n  Did you mean 'segment'?",
    ]);
  });
});

describe("a report", () => {
  it("lists every check, those that warn too, without naming them", async () => {
    const project = testProject({
      ...shopFiles(),
      "pipelines/sql/small_towns.sql": "select * from cities where customers < 2",
      "reports/checked.md": `---
title: { en: Checked, it: Controllato }
---
\`\`\`sql found
select name, severity, failures from checks order by name
\`\`\`
\`\`\`table found
columns: [{ field: name, label: { en: Check, it: Controllo } }, { field: failures, label: { en: Rows, it: Righe } }]
\`\`\`
`,
    });
    project.replace(
      "pipelines/nightly.yaml",
      "  spending_file:",
      "  checked: { report: reports/checked.md }\n  small_towns: { check: sql/small_towns.sql, severity: warning }\n  spending_file:",
    );
    const { ask, run } = await import("../support/run.js");
    await run(project);
    const page = project.read("reports/out/checked.en.html").replace(/<[^>]*>/g, " ");
    expect(page).toMatch(/no_negative_spending\s+0\s+small_towns\s+1/);
    expect(await ask(project, "select * from checks order by name")).toEqual([
      { name: "no_negative_spending", severity: "error", failures: 0 },
      { name: "small_towns", severity: "warning", failures: 1 },
    ]);
  });

  it("is added by one Markdown file and one line of YAML", async () => {
    const project = testProject({
      ...shopFiles(),
      "reports/towns.md":
        "---\ntitle: { en: Cities, it: Città }\n---\n```sql towns\nselect * from cities\n```\n",
    });
    project.replace(
      "pipelines/nightly.yaml",
      "  spending_file:",
      "  towns: { report: reports/towns.md }\n  spending_file:",
    );
    const { run } = await import("../support/run.js");
    await run(project);
    expect(project.read("reports/out/towns.en.html")).toContain("<h1>Cities</h1>");
    expect(project.read("reports/out/towns.it.html")).toContain("<h1>Città</h1>");
  });
});
