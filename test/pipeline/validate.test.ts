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

describe("a report", () => {
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
