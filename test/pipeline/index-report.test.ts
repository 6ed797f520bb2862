import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mistake } from "../support/errors.js";
import { testProject, type Project } from "../support/project.js";
import { run } from "../support/run.js";

const index = readFileSync("reports/index.md", "utf8");

const leads = `---
title: { en: The <b>leader</b>, it: Il <b>primo</b> }
findings: [{ en: "{{ leader.city }} leads with {{ leader.n | integer }}", it: "{{ leader.city }} è prima con {{ leader.n | integer }}" }]
---
\`\`\`sql leader
select * from leader
\`\`\`
`;

/** A report whose finding, and metrics that, depend on the date. */
function dated(): Project {
  return testProject({
    "pipelines/nightly.yaml": `name: dated
index: reports/index.md
params:
  as_of: { type: date, default: "2026-01-01" }
stages:
  leader: { sql: sql/leader.sql }
  metrics: { sql: sql/metrics.sql }
  leads: { report: reports/leads.md }
`,
    "pipelines/sql/leader.sql": `select case when $as_of::date < date '2026-01-03' then 'Como' else '<i>Lecce</i>' end as city,
  day($as_of::date)::integer as n
`,
    "pipelines/sql/metrics.sql": `select metric, 'all' as segment, $as_of::date as period, value, low, high, 1000 as n
from (values
  ('nps', 10.0 + day($as_of::date), 0.0, 20.0),
  ('churn', if($as_of::date < date '2026-01-03', 0.2, 0.4), if($as_of::date < date '2026-01-03', 0.19, 0.39), if($as_of::date < date '2026-01-03', 0.21, 0.41))
) as t (metric, value, low, high)
`,
    "reports/index.md": index,
    "reports/leads.md": leads,
  });
}

/** The index's text, without what is folded away. */
function words(project: Project, locale = "en"): string {
  return project
    .read(`reports/out/index.${locale}.html`)
    .replace(/^[^]*?<main>/, "")
    .replace(/<section class="sources">[^]*/, "")
    .replace(/<[^>]*>/g, "")
    .replace(/\s+/g, " ");
}

describe("the index", () => {
  it("lists every report with its first finding and links to it, and nothing else is a link", async () => {
    const project = dated();
    await run(project);
    expect(words(project)).toContain("The first night");
    expect(words(project)).toContain("The &lt;b&gt;leader&lt;/b&gt;: Como leads with 1");
    expect(words(project, "it")).toContain("Como è prima con 1");
    const links = [...project.read("reports/out/index.it.html").matchAll(/<a href="([^"]*)"/g)].map(
      ([, to]) => to,
    );
    expect(links).toEqual(["leads.it.html"]);
  });

  it("is silent when only numbers moved, and those within noise", async () => {
    const project = dated();
    await run(project);
    await run(project, "as_of=2026-01-02");
    expect(words(project)).toContain("Nothing changed since 1 January");
    expect(words(project)).not.toMatch(/New in|No longer|was /);
  });

  it("tells which findings are new and gone, and which numbers moved beyond noise", async () => {
    const project = dated();
    await run(project);
    await run(project, "as_of=2026-01-04");
    const said = words(project);
    expect(said).toContain("3 things changed since 1 January");
    expect(said).toContain("New in The &lt;b&gt;leader&lt;/b&gt;: &lt;i&gt;Lecce&lt;/i&gt; leads with 4");
    expect(said).toContain("No longer in The &lt;b&gt;leader&lt;/b&gt;: Como leads with 1");
    expect(said).toContain("Churn: 40.0%, was 20.0%");
    expect(said).not.toContain("Net promoter score:");
  });

  it("never compares with a later date, and publishes nothing new for the same night", async () => {
    const project = dated();
    await run(project, "as_of=2026-01-04");
    await run(project, "as_of=2026-01-02");
    expect(words(project)).toContain("The first night");
    const before = project.read("data/store/current");
    await run(project, "as_of=2026-01-02");
    expect(project.read("data/store/current")).toBe(before);
  });

  it("tells of the runs, the failed ones too", async () => {
    const project = dated();
    await run(project);
    project.replace("pipelines/sql/leader.sql", "'Como'", "error('no city')");
    await mistake(run(project));
    project.replace("pipelines/sql/leader.sql", "error('no city')", "'Como'");
    await run(project, "as_of=2026-01-02");
    expect(words(project)).toMatch(/failed.*no city/);
  });

  it("that is wrong publishes nothing", async () => {
    const project = dated();
    project.replace("reports/index.md", "from night.runs", "from night.rnus");
    const { place, hint } = await mistake(run(project));
    expect(place?.file).toBe("reports/index.md");
    expect(hint).toContain("night.runs");
  });
});
